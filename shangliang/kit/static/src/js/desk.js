// Staff pages: the same comforts and many rows at once.
import "./size.js";
import "./refresh.js";
import "./send.js";
import "./count.js";
import "./file.js";
import "./draft.js";
import "./desk-draft.js";
import "./autosave.js";
import "./bulk.js";
import "./offer.js";
import "./copy.js";
import "./near.js";
import "./chosen.js";
import "./print.js";
