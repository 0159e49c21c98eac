/** The names that a project's automatic columns are chosen from. Asked for as soon as an address is known, beside the page's code. */
import type { QueryClient } from "@tanstack/react-query";
import { projectQuery } from "@/api/projects";
import { attributeNamesQuery } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import { viewListQuery } from "@/api/views";

/** What the names of parameters begin with in the clients we know. */
export const PARAMETER_REGEX = "^(params|parameters|param|config|hparams|hyperparameters|args)/";

/** RE2 has no look-ahead: everything that does not begin with `sys`. */
const NOT_SYSTEM_REGEX = "^([^s]|s$|s[^y]|sy$|sy[^s])";

export const metricNamesQuery = (project: ProjectRef) =>
  attributeNamesQuery(project, { types: ["float_series"], regex: NOT_SYSTEM_REGEX, limit: 500 });

export const parameterNamesQuery = (project: ProjectRef) =>
  attributeNamesQuery(project, {
    types: ["float", "int", "string", "bool"],
    regex: PARAMETER_REGEX,
    limit: 500,
  });

/** Asks for what a project's page needs before its rows. */
export function preloadProject(queries: QueryClient, project: ProjectRef, automatic: boolean): void {
  void queries.prefetchQuery(projectQuery(project));
  void queries.prefetchQuery(viewListQuery(project));
  if (!automatic) return;
  void queries.prefetchQuery(metricNamesQuery(project));
  void queries.prefetchQuery(parameterNamesQuery(project));
}
