import { useNavigate } from "@tanstack/react-router";
import type { Search } from "@/urlSearch";

/** Goes to another state of the page, in place of this one. */
export function useGo(): (search: Search) => void {
  const navigate = useNavigate();
  return (search) => void navigate({ to: ".", search: search as never, replace: true, resetScroll: false });
}
