import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Suspense } from "react";
import { ProjectsPage } from "@/features/projects/ProjectsPage";
import { NotFound } from "@/ui/NotFound";
import { Shell } from "@/ui/Shell";
import { parseSearch, type Search, stringifySearch } from "./urlSearch";

const ProjectPage = lazyRouteComponent(() => import("@/features/runs/ProjectPage"), "ProjectPage");
const RunPage = lazyRouteComponent(() => import("@/features/run/RunPage"), "RunPage");

const validateSearch = (search: Record<string, unknown>): Search => search as Search;

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, validateSearch });

const projects = createRoute({ getParentRoute: () => root, path: "/", component: ProjectsPage });

const project = createRoute({
  getParentRoute: () => root,
  path: "/p/$workspace/$project",
  component: function ProjectRoute() {
    const params = project.useParams();
    return (
      <ProjectPage
        key={`${params.workspace}/${params.project}`}
        project={{ workspace: params.workspace, name: params.project }}
      />
    );
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

export const router = createRouter({
  routeTree: root.addChildren([projects, project, run]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
