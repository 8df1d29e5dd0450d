// What is of use with script alone stands hidden in the page, with the class `with-script`.
export const ready = (root) => {
  for (const part of root.querySelectorAll(".with-script[hidden]")) part.hidden = false;
};
