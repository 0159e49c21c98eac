/** The models that a run logged, as folders among its files. MLflow 3 keeps them beside the run, not in it. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { loggedFileAddress, loggedModelsQuery } from "@/api/models";
import type { LoggedModel, ProjectRef } from "@/api/types";
import type { BrowsedFile } from "./FileBrowser";

const ROOT = "logged models";

export type LoggedFolder = { readonly folder: string; readonly model: LoggedModel };

/** Two models of one name get their ids behind it. */
export function foldersOf(models: readonly LoggedModel[]): LoggedFolder[] {
  return models.map((model) => {
    const twins = models.filter((each) => each.name === model.name).length > 1;
    return { folder: `${ROOT}/${twins ? `${model.name} ${model.id}` : model.name}`, model };
  });
}

const NONE: readonly LoggedModel[] = [];

export function useLoggedModels(project: ProjectRef, runKey: number): readonly LoggedFolder[] {
  const models = useQuery(loggedModelsQuery(project, `key:${runKey}`)).data?.models ?? NONE;
  return useMemo(() => foldersOf(models), [models]);
}

export const filesOf = (folders: readonly LoggedFolder[]): BrowsedFile[] =>
  folders.flatMap(({ folder, model }) =>
    model.files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
  );

/** Where the bytes of a file below a logged model's folder are; null for any other file. */
export function loggedAddress(
  folders: readonly LoggedFolder[],
  path: string,
  download: boolean,
): string | null {
  const found = folders.find(({ folder }) => path.startsWith(`${folder}/`));
  return found ? loggedFileAddress(found.model.id, path.slice(found.folder.length + 1), download) : null;
}
