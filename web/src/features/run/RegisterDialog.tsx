import { Autocomplete, Button, Select } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import { createModel, createModelVersion, modelKeys, modelListQuery } from "@/api/models";
import type { ProjectRef, Run } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { foldersAbove, type TreeFile } from "./fileTree";
import type { LoggedFolder } from "./loggedModels";
import styles from "./Models.module.css";

const ALL = "(all files of the run)";

/** Makes the next version of a model of files of a run. */
export function RegisterDialog(props: {
  readonly project: ProjectRef;
  readonly run: Run;
  readonly files: readonly TreeFile[];
  readonly logged: readonly LoggedFolder[];
  readonly close: () => void;
}) {
  const { project, run, files, logged } = props;
  const [name, setName] = useState("");
  const places = useMemo(() => [...logged.map(({ folder }) => folder), ...placesOf(files)], [files, logged]);
  const [place, setPlace] = useState<string>(places[0] ?? ALL);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const models = useInfiniteQuery(modelListQuery(name.trim(), false));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const known = (models.data?.pages ?? []).flatMap((page) => page.models.map((model) => model.name));
  const submit = async () => {
    setBusy(true);
    setProblem(null);
    const model = name.trim();
    const made = logged.find(({ folder }) => folder === place)?.model;
    try {
      try {
        await createModel(model);
      } catch (error) {
        if (!(error instanceof ApiError && error.body.code === "already_exists")) throw error;
      }
      const version = await createModelVersion(model, {
        project: `${project.workspace}/${project.name}`,
        run: `key:${run.key}`,
        path: place === ALL || made !== undefined ? "" : place,
        logged_model: made?.id ?? null,
      });
      void queries.invalidateQueries({ queryKey: modelKeys.all });
      await navigate({
        to: "/models/$model/versions/$version",
        params: { model: version.model, version: String(version.version) },
        search: {} as never,
      });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "It could not be registered.");
      setBusy(false);
    }
  };
  return (
    <Dialog close={props.close} title="Register a model">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void submit();
        }}
      >
        <Autocomplete
          data-autofocus
          label="Model"
          description="A new name makes a new model; a known one gets its next version."
          value={name}
          onChange={setName}
          data={known}
          maxLength={1000}
          limit={8}
          error={problem}
        />
        <Select
          label="Files"
          value={place}
          onChange={(value) => setPlace(value ?? ALL)}
          data={places}
          searchable={places.length > 8}
          allowDeselect={false}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={props.close}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ""}>
            Register
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Folders that hold an MLflow model first, then every other folder, the run as a whole, and single files. */
export function placesOf(files: readonly TreeFile[]): string[] {
  const folders = [...new Set(files.flatMap((file) => foldersAbove(file.path)))].sort();
  const models = new Set(
    files
      .filter((file) => file.path.endsWith("/MLmodel"))
      .map((file) => file.path.slice(0, -"/MLmodel".length)),
  );
  const single = files.map((file) => file.path).sort();
  return [
    ...folders.filter((folder) => models.has(folder)),
    ...folders.filter((folder) => !models.has(folder)),
    ...(files.length > 0 ? [ALL] : []),
    ...single.filter((path) => !folders.includes(path)).slice(0, 1000),
  ];
}
