// What somebody has typed or chosen in a form and not sent yet.

export function isChanged(form: HTMLFormElement): boolean {
  return [...form.elements].some((field) => {
    if (field instanceof HTMLSelectElement)
      return [...field.options].some((one) => one.selected !== one.defaultSelected);
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      return field.checked !== field.defaultChecked;
    }
    const isText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
    return isText && field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

/** Whether a form in this part of the page would lose something if the part were exchanged. */
export function holdsTyped(root: ParentNode): boolean {
  return [...root.querySelectorAll<HTMLFormElement>("form[method=post], form[hx-post]")].some(isChanged);
}
