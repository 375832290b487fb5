/** Settings, as the `data-` attributes of the tag have them. */
export interface Settings {
  /** The company's id in Maat: `data-controller`. */
  controller?: string;
  /** The brief whose slots the page has: `data-brief`. */
  brief?: string;
  /** What the page itself is about, as its category: `data-page`. */
  page?: string;
  /** Who is logged in: the visit token that the shop's server got from Maat, `data-subject-token`. */
  subjectToken?: string;
}

/**
 * Fills the slots below `root` that are still plain. The module does so by itself when it is loaded, and
 * for slots that come later; calling it is sooner. It never fails: what goes wrong leaves the page as it is.
 */
export function fill(root?: ParentNode, settings?: Settings): Promise<void>;

/** Puts the plain version of every slot back, until it is filled again. */
export function plain(): void;

declare global {
  /** The module that was loaded first. */
  var maat: { fill: typeof fill; plain: typeof plain } | undefined;
}
