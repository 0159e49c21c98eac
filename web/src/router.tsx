import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Suspense, useMemo } from "react";
import { mlflowLink } from "@/features/links/mlflowLink";
import { PaletteHost } from "@/features/palette/PaletteHost";
import { ProjectsPage } from "@/features/projects/ProjectsPage";
import { preloadProject } from "@/features/runs/automaticNames";
import { Broken } from "@/ui/Broken";
import { NotFound } from "@/ui/NotFound";
import { loaded } from "@/ui/part";
import { Shell } from "@/ui/Shell";
import { queries } from "./queries";
import { parseSearch, type Search, stringifySearch } from "./urlSearch";

const ConnectPage = lazyRouteComponent(
  () => loaded(() => import("@/features/connect/ConnectPage")),
  "ConnectPage",
);
const ProjectPage = lazyRouteComponent(
  () => loaded(() => import("@/features/runs/ProjectPage")),
  "ProjectPage",
);
const ShortLinkPage = lazyRouteComponent(
  () => loaded(() => import("@/features/views/ShortLinkPage")),
  "ShortLinkPage",
);
const RunPage = lazyRouteComponent(() => loaded(() => import("@/features/run/RunPage")), "RunPage");
const TracesPage = lazyRouteComponent(
  () => loaded(() => import("@/features/traces/TracesPage")),
  "TracesPage",
);
const TracePage = lazyRouteComponent(() => loaded(() => import("@/features/traces/TracePage")), "TracePage");

const ModelsPage = lazyRouteComponent(
  () => loaded(() => import("@/features/models/ModelsPage")),
  "ModelsPage",
);
const ModelPage = lazyRouteComponent(() => loaded(() => import("@/features/models/ModelPage")), "ModelPage");
const VersionPage = lazyRouteComponent(
  () => loaded(() => import("@/features/models/VersionPage")),
  "VersionPage",
);
const MlflowLinkPage = lazyRouteComponent(
  () => loaded(() => import("@/features/links/MlflowLinkPage")),
  "MlflowLinkPage",
);

const validateSearch = (search: Record<string, unknown>): Search => search as Search;

const root = createRootRoute({
  component: () => <Shell palette={<PaletteHost />} />,
  notFoundComponent: NotFound,
  validateSearch,
  // MLflow's clients print links to pages behind `#`.
  beforeLoad: ({ location }) => {
    if (mlflowLink(location.hash) === null) return;
    throw redirect({ to: "/mlflow-link", search: { to: location.hash } as never, hash: "", replace: true });
  },
});

const projects = createRoute({ getParentRoute: () => root, path: "/", component: ProjectsPage });

const connect = createRoute({ getParentRoute: () => root, path: "/connect", component: ConnectPage });

const project = createRoute({
  getParentRoute: () => root,
  path: "/p/$workspace/$project",
  loaderDeps: ({ search }) => ({ automatic: (search as Search).cols === undefined }),
  loader: ({ params, deps }) =>
    preloadProject(queries, { workspace: params.workspace, name: params.project }, deps.automatic),
  component: function ProjectRoute() {
    const params = project.useParams();
    const ref = useMemo(
      () => ({ workspace: params.workspace, name: params.project }),
      [params.workspace, params.project],
    );
    return (
      <Suspense>
        <ProjectPage key={`${ref.workspace}/${ref.name}`} project={ref} />
      </Suspense>
    );
  },
});

const shortLink = createRoute({
  getParentRoute: () => root,
  path: "/v/$view",
  component: function ShortLinkRoute() {
    return <ShortLinkPage id={shortLink.useParams().view} search={shortLink.useSearch()} />;
  },
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/p/$workspace/$project/runs/$runId",
  component: function RunRoute() {
    const params = run.useParams();
    return (
      <Suspense>
        <RunPage
          key={`${params.workspace}/${params.project}/${params.runId}`}
          project={{ workspace: params.workspace, name: params.project }}
          runId={params.runId}
        />
      </Suspense>
    );
  },
});

const traces = createRoute({
  getParentRoute: () => root,
  path: "/p/$workspace/$project/traces",
  component: function TracesRoute() {
    const params = traces.useParams();
    return (
      <TracesPage
        key={`${params.workspace}/${params.project}`}
        project={{ workspace: params.workspace, name: params.project }}
      />
    );
  },
});

const trace = createRoute({
  getParentRoute: () => root,
  path: "/p/$workspace/$project/traces/$traceId",
  component: function TraceRoute() {
    const params = trace.useParams();
    return (
      <TracePage
        key={`${params.workspace}/${params.project}/${params.traceId}`}
        project={{ workspace: params.workspace, name: params.project }}
        traceId={params.traceId}
      />
    );
  },
});

const models = createRoute({ getParentRoute: () => root, path: "/models", component: ModelsPage });

const model = createRoute({
  getParentRoute: () => root,
  path: "/models/$model",
  component: function ModelRoute() {
    const { model: name } = model.useParams();
    return <ModelPage key={name} name={name} />;
  },
});

const version = createRoute({
  getParentRoute: () => root,
  path: "/models/$model/versions/$version",
  component: function VersionRoute() {
    const params = version.useParams();
    const number = Number(params.version);
    if (!Number.isSafeInteger(number)) return <NotFound />;
    return <VersionPage key={`${params.model}/${number}`} name={params.model} version={number} />;
  },
});

const foreignLink = createRoute({
  getParentRoute: () => root,
  path: "/mlflow-link",
  component: function MlflowLinkRoute() {
    const { to } = foreignLink.useSearch();
    return <MlflowLinkPage fragment={to ?? ""} />;
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    projects,
    connect,
    project,
    shortLink,
    run,
    traces,
    trace,
    models,
    model,
    version,
    foreignLink,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
