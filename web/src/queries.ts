/** The cache of what the server said, one for the application. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/client";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A wrong request stays wrong; a server that restarts comes back.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
      // A server on this machine answers without any network; and where it does not, the page shall say so instead of waiting.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
