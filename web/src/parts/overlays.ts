// The class names of PrimeVue's parts, which it leaves without any style.
const closing = { class: "button quiet icon" };

export const overlays = {
  dialog: {
    mask: { class: "mask" },
    root: { class: "dialog" },
    header: { class: "dialog-head" },
    title: { class: "dialog-title" },
    pcCloseButton: { root: closing },
    content: { class: "dialog-body" },
  },
  menu: { root: { class: "menu" }, item: { class: "menu-item" } },
  popover: { root: { class: "popover" } },
};
