/* page_assets: the page's files as bytes; page_assets.c is made from api/page.* when building. */
#ifndef API_PAGE_ASSETS_H
#define API_PAGE_ASSETS_H

extern const unsigned char page_css[], page_html[], page_js[];
extern const unsigned page_css_length, page_html_length, page_js_length;

#endif
