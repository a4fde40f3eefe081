#include "base/mailbox.h"
#include <assert.h>
#include <glib.h>

struct mailbox {
	struct clock *clock;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under lock */
	void **ring;
	size_t capacity, first, count;
	bool closed, woken;
};

struct mailbox *mailbox_new(struct clock *clock, size_t capacity)
{
	assert(capacity > 0);
	struct mailbox *mailbox = g_new0(struct mailbox, 1);
	mailbox->clock = clock;
	mailbox->capacity = capacity;
	mailbox->ring = g_new(void *, capacity);
	pthread_mutex_init(&mailbox->lock, NULL);
	clock_cond_init(&mailbox->changed);
	return mailbox;
}

void mailbox_free(struct mailbox *mailbox, void (*free_message)(void *))
{
	if (!mailbox)
		return;
	for (size_t i = 0; free_message && i < mailbox->count; i++)
		free_message(mailbox->ring[(mailbox->first + i) % mailbox->capacity]);
	pthread_cond_destroy(&mailbox->changed);
	pthread_mutex_destroy(&mailbox->lock);
	g_free(mailbox->ring);
	g_free(mailbox);
}

bool mailbox_post(struct mailbox *mailbox, void *message)
{
	pthread_mutex_lock(&mailbox->lock);
	bool taken = !mailbox->closed && mailbox->count < mailbox->capacity;
	if (taken) {
		mailbox->ring[(mailbox->first + mailbox->count++) % mailbox->capacity] = message;
		pthread_cond_signal(&mailbox->changed);
	}
	pthread_mutex_unlock(&mailbox->lock);
	return taken;
}

size_t mailbox_take(struct mailbox *mailbox, void **out, size_t max, msec_t deadline_mono)
{
	struct clock *clock = mailbox->clock;
	pthread_mutex_lock(&mailbox->lock);
	while (!mailbox->count && !mailbox->closed && !mailbox->woken && clock->read(clock).mono < deadline_mono)
		clock->wait(clock, &mailbox->changed, &mailbox->lock, deadline_mono);
	mailbox->woken = false;
	size_t n = MIN(max, mailbox->count);
	for (size_t i = 0; i < n; i++)
		out[i] = mailbox->ring[(mailbox->first + i) % mailbox->capacity];
	mailbox->first = (mailbox->first + n) % mailbox->capacity;
	mailbox->count -= n;
	pthread_mutex_unlock(&mailbox->lock);
	return n;
}

void mailbox_wake(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->woken = true;
	pthread_cond_signal(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_close(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->closed = true;
	pthread_cond_broadcast(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->lock);
}

size_t mailbox_length(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	size_t count = mailbox->count;
	pthread_mutex_unlock(&mailbox->lock);
	return count;
}
