// Live regions: what a page announces comes and goes and is another each time, so nothing is known by it that stands by.

/** The live region roles of ARIA 1.2 (5.3.4), the element that has one by itself, and what is marked as live. */
export const LIVE = ":is([role=alert],[role=log],[role=marquee],[role=status],[role=timer],output):not([aria-live=off]),[aria-live=polite],[aria-live=assertive]";

export function isLive(element: Element): boolean { return element.matches(LIVE); }

/** Whether it is announced, as seen from beside `root`: a region around both is not looked at. */
export function isAnnouncedIn(element: Element, root: Element): boolean {
  const region = element.closest(LIVE);
  return region !== null && root.contains(region);
}
