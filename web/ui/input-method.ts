const composingCode = 229;

/**
 * Keys that go to an input method (for Chinese, Japanese, Korean and others) mean nothing to the page:
 * the Enter that takes what is composed does not send, choose or close. Safari tells of that key after
 * the composition has ended, by its code alone.
 */
export function leaveKeysToInputMethods(): void {
  const leave = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === composingCode) event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', leave, { capture: true });
}
