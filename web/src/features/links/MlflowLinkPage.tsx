import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { mlflowPlaceQuery } from "@/api/links";
import { ErrorState } from "@/ui/Feedback";
import { NotFound } from "@/ui/NotFound";
import { type MlflowLink, mlflowLink } from "./mlflowLink";

/** The page that a link of MLflow's means. `fragment`: what stood after `#`. */
export function MlflowLinkPage({ fragment }: { readonly fragment: string }) {
  const link = mlflowLink(fragment);
  if (link === null) return <NotFound />;
  switch (link.kind) {
    case "models":
      return <Navigate to="/models" replace />;
    case "model":
      return <Navigate to="/models/$model" params={{ model: link.name }} search={{} as never} replace />;
    case "version":
      return (
        <Navigate
          to="/models/$model/versions/$version"
          params={{ model: link.name, version: link.version }}
          search={{} as never}
          replace
        />
      );
    default:
      return <Placed link={link} />;
  }
}

/** What lies in a project: which one, the server knows. */
function Placed({ link }: { readonly link: Extract<MlflowLink, { kind: "experiment" | "run" | "trace" }> }) {
  const place = useQuery(
    link.kind === "run"
      ? mlflowPlaceQuery("run", link.id)
      : mlflowPlaceQuery("experiment", link.kind === "trace" ? link.experiment : link.id),
  );
  if (place.error !== null) return <ErrorState error={place.error} retry={() => void place.refetch()} />;
  if (place.data === undefined) return <div aria-busy="true" />;
  const params = { workspace: place.data.workspace, project: place.data.name };
  if (link.kind === "run" && place.data.run !== null)
    return (
      <Navigate
        to="/p/$workspace/$project/runs/$runId"
        params={{ ...params, runId: place.data.run }}
        search={(link.files ? { tab: "files" } : {}) as never}
        replace
      />
    );
  if (link.kind === "trace")
    return (
      <Navigate
        to="/p/$workspace/$project/traces/$traceId"
        params={{ ...params, traceId: link.id }}
        search={{} as never}
        replace
      />
    );
  const traces = link.kind === "experiment" && link.traces;
  return (
    <Navigate
      to={traces ? "/p/$workspace/$project/traces" : "/p/$workspace/$project"}
      params={params}
      search={{} as never}
      replace
    />
  );
}
