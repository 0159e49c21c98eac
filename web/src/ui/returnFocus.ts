import { useEffect, useRef } from "react";

/** For what opens over the page and goes away as a whole: the keyboard goes on where it was, unless something else has taken it. */
export function useReturnFocus(): void {
  // While it is rendered first: its own effects may move the focus.
  const before = useRef(document.activeElement);
  useEffect(() => {
    const origin = before.current;
    return () => {
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && origin instanceof HTMLElement && origin.isConnected)
          origin.focus({ preventScroll: true });
      });
    };
  }, []);
}
