/** The query part of an address as a flat record of texts. Each feature encodes its own keys and leaves the others alone. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

export type Search = Readonly<Record<string, string>>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Keeps commas, slashes and colons readable: they are legal in a query and common in ours. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    parts.push(`${encode(key)}=${encode(String(value))}`);
  }
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/%(2C|2F|3A|40|24)/g, (code) => decodeURIComponent(code))
    .replace(/%20/g, "+");

/** A feature's slice of the address: `decode` must accept anything, `encode` leaves defaults out (undefined removes a key). */
export type SearchCodec<T> = {
  readonly decode: (search: Search) => T;
  readonly encode: (state: T) => Readonly<Record<string, string | undefined>>;
};

/**
 * State that lives in the address. Setting replaces the history entry, or adds one with `push` (for what Back should undo).
 */
export function useUrlState<T>(
  codec: SearchCodec<T>,
): readonly [T, (change: (state: T) => T, options?: { readonly push?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const state = useMemo(() => codec.decode(search), [codec, search]);
  const setState = useCallback(
    (change: (state: T) => T, options?: { readonly push?: boolean }) => {
      void navigate({
        to: ".",
        search: ((before: Search) => ({ ...before, ...codec.encode(change(codec.decode(before))) })) as never,
        replace: !options?.push,
        resetScroll: false,
      });
    },
    [codec, navigate],
  );
  return [state, setState];
}
