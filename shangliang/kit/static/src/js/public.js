// Public pages. Everything here adds to a page that already works without it.
import "./ask.js";
import "./refresh.js";
import "./size.js";
import "./speak.js";
import "./send.js";
import "./file.js";
import "./draft.js";
import "./record.js";
import "./print.js";
