// The list of tickets: which one the keyboard is at.
export const start = () => {};
