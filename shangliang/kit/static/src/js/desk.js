// Staff pages: the same comforts, fragments over the wire, and many rows at once.
import "htmx.org";
import "./size.js";
import "./refresh.js";
import "./send.js";
import "./draft.js";
import "./bulk.js";
import "./print.js";
