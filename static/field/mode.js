// Whether this page is for practice (练习, CA-2.5): a page of its own with a store of its own, from which nothing goes out.
export const practising = globalThis.location?.pathname === "/field/practice";
