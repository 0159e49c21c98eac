/** The open dashboard in the address; null = the list of all. */
import type { SearchCodec } from "@/urlSearch";

export const boardCodec: SearchCodec<string | null> = {
  decode: (search) => search.board || null,
  encode: (board) => ({ board: board ?? undefined }),
};
