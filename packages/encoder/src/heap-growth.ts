/**
 * V8 counts what lies outside its heap towards the old generation's limit, and a few parts' bytes are as large as the step that it
 * leaves an encoder's small heap: without this the whole heap is marked for every 20 pictures, in each process. With it the
 * limit is three times what lives.
 */
export const HEAP_GROWTH = '--heap-growing-percent=200';
