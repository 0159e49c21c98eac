import type { ProjectRef } from "@/api/types";

/** The address of a run's page, without the server's. */
export const runAddress = (project: ProjectRef, id: string): string =>
  `/p/${[project.workspace, project.name].map(encodeURIComponent).join("/")}/runs/${encodeURIComponent(id)}`;
