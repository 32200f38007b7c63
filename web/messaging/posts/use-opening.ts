import { type FocusEvent, useEffect, useRef, useState } from 'react';

/**
 * Whether an element is in use. A press outside closes it only when the press has ended: the
 * pressed element must not move away from under the pointer.
 */
export function useOpening() {
  const [isOpen, setOpen] = useState(false);
  const isPressed = usePressed();
  const handlers = {
    onFocus: () => setOpen(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => {
      if (currentTarget.contains(relatedTarget)) return;
      const close = () => setOpen(currentTarget.contains(document.activeElement));
      if (!isPressed.current) return close();
      // The click comes after it.
      const later = () => setTimeout(close);
      window.addEventListener('pointerup', later, { once: true, capture: true });
    },
  };
  return { isOpen, handlers };
}

function usePressed() {
  const isPressed = useRef(false);
  useEffect(() => {
    const press = () => {
      isPressed.current = true;
    };
    const release = () => {
      isPressed.current = false;
    };
    window.addEventListener('pointerdown', press, { capture: true });
    window.addEventListener('pointerup', release, { capture: true });
    window.addEventListener('pointercancel', release, { capture: true });
    return () => {
      window.removeEventListener('pointerdown', press, { capture: true });
      window.removeEventListener('pointerup', release, { capture: true });
      window.removeEventListener('pointercancel', release, { capture: true });
    };
  }, []);
  return isPressed;
}
