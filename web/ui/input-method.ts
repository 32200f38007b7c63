const composingCode = 229;

/**
 * Keys that go to an input method (for Chinese, Japanese, Korean and others) mean nothing to the
 * page: the Enter that accepts a composition does not send, choose or close. Safari reports that
 * key after the composition has ended, by its code alone.
 */
export function leaveKeysToInputMethods(): void {
  const leave = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === composingCode) event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', leave, { capture: true });
}
