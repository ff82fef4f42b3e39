// Where the page stands, as far as that decides what it may do.

/** In a frame without an origin of its own: there a browser forbids much, and says nothing of it. */
export const framed = () => self.origin === "null" && self !== parent;

/** Said where such a frame may keep a file back: nobody can ask whether it does. */
export const KEPT_BACK = "If no file comes, the page around this one lets none out: open this page by itself.";

/** Whether a link can lead here: what was put into a page as text has no address. */
export const addressed = () => !/^(about|data|blob):/.test(location.protocol);
