/** Which runs are drawn: the first n of the table, plus the eyes opened by hand, less those closed by hand. */
import type { ProjectState } from "./urlState";

type Eyes = Pick<ProjectState, "autoCount" | "shown" | "hidden">;

/** Keys of the drawn runs in the table's order, hand-picked ones that lie elsewhere at the end. `firstKeys`: the table's first rows. */
export function drawnKeys(eyes: Eyes, firstKeys: readonly number[]): readonly number[] {
  const hidden = new Set(eyes.hidden);
  const keys = new Set(firstKeys.slice(0, eyes.autoCount).filter((key) => !hidden.has(key)));
  for (const key of eyes.shown) keys.add(key);
  return [...keys];
}

/** Opens or closes one eye. */
export function toggleEye<T extends Eyes>(state: T, key: number, firstKeys: readonly number[]): T {
  const automatic = firstKeys.slice(0, state.autoCount).includes(key);
  const drawn = drawnKeys(state, firstKeys).includes(key);
  if (drawn)
    return {
      ...state,
      shown: state.shown.filter((each) => each !== key),
      hidden: automatic ? [...state.hidden.filter((each) => each !== key), key] : state.hidden,
    };
  return {
    ...state,
    hidden: state.hidden.filter((each) => each !== key),
    shown: automatic ? state.shown : [...state.shown, key],
  };
}

export const drawNothing = <T extends Eyes>(state: T): T => ({
  ...state,
  autoCount: 0,
  shown: [],
  hidden: [],
});

export const drawOnly = <T extends Eyes>(state: T, keys: readonly number[]): T => ({
  ...state,
  autoCount: 0,
  shown: keys,
  hidden: [],
});

export const drawFirst = <T extends Eyes>(state: T, count: number): T => ({
  ...state,
  autoCount: count,
  hidden: [],
});

/** Opens the eyes of some runs besides. */
export const drawAlso = <T extends Eyes>(state: T, keys: readonly number[], drawn: readonly number[]): T => ({
  ...state,
  shown: [...new Set([...state.shown, ...keys.filter((key) => !drawn.includes(key))])],
  hidden: state.hidden.filter((key) => !keys.includes(key)),
});
