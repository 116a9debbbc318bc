/**
 * V8 learns where long-lived objects are made, for good and from whatever happened to live on in a few collections, and makes them in the old
 * generation from then on. In a process whose objects all live for one batch it is wrong each time: they are garbage there until
 * the next full collection, and keep what they point to. One fusion process in two collected four times as long for it.
 */
export const NO_PRETENURING = '--no-allocation-site-pretenuring';
