/**
 * V8 counts what lies outside its heap towards the old generation's limit, and what a service holds there for a moment (a few
 * parts' bytes, a fetch of records) is as large as the step that it leaves a small heap: without this an encoder's whole heap is
 * marked for every 20 pictures, and fusion's for every few thousand records. With it the limit is three times what lives.
 */
export const HEAP_GROWTH = '--heap-growing-percent=200';
