// The same as rehearsal.js, as an ECMAScript module.

export const handler = async () => ({});
