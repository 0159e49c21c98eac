import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { resolveView, viewKeys } from "@/api/views";
import { ErrorState } from "@/ui/Feedback";
import type { Search } from "@/urlSearch";

/** `/v/<id>`: the project's page in that view, with what the address says besides on top. */
export function ShortLinkPage(props: { readonly id: string; readonly search: Search }) {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["short-link", props.id],
    queryFn: async ({ signal }) => {
      const view = await resolveView(props.id, signal);
      queries.setQueryData(viewKeys.one({ workspace: view.workspace, name: view.project }, view.id), view);
      return view;
    },
  });
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <Navigate
      to="/p/$workspace/$project"
      params={{ workspace: data.workspace, project: data.project }}
      search={{ ...props.search, view: data.id } as never}
      replace
    />
  );
}
