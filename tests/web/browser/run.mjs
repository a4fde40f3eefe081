// All browser tests, one after another.
import "./toasts.test.mjs";
import "./link.test.mjs";
import "./frame.test.mjs";
import "./list.test.mjs";
import "./more.test.mjs";
import "./ring.test.mjs";
import "./pages.test.mjs";
import "./soak.test.mjs";
import "./speed.test.mjs";
