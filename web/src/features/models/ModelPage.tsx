import { ActionIcon, Button, Menu, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useEffect, useState } from "react";
import { useAllEvents } from "@/api/events";
import { deleteModel, modelKeys, modelQuery, modelVersionsQuery, patchModel } from "@/api/models";
import type { Model, ModelPatch, ModelVersion } from "@/api/types";
import { NameDialog } from "@/features/views/ViewDialogs";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import page from "@/ui/page.module.css";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toast";
import { Aliases } from "./Aliases";
import { DeleteDialog } from "./DeleteDialog";
import { Description } from "./Description";
import { firstWords } from "./firstWords";
import styles from "./Models.module.css";
import { RunLink } from "./RunLink";
import { StageBadge } from "./Stage";
import { Tags } from "./Tags";

/** One registered model: what it is, and its versions, newest first. */
export function ModelPage({ name }: { readonly name: string }) {
  const model = useQuery(modelQuery(name));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  useAllEvents(
    () => void queries.invalidateQueries({ queryKey: modelKeys.one(name) }, { cancelRefetch: false }),
  );
  useEffect(() => {
    document.title = `${name} · Trireme`;
  }, [name]);
  const save = async (patch: ModelPatch) => {
    const changed = await patchModel(name, patch);
    queries.setQueryData(modelKeys.one(changed.name), changed);
    await queries.invalidateQueries({ queryKey: modelKeys.all });
    return changed;
  };
  if (model.error !== null && model.data === undefined)
    return <ErrorState error={model.error} retry={() => void model.refetch()} />;
  const close = () => setDialog(null);
  return (
    <div className={styles.scroll}>
      <div className={styles.inner}>
        <header>
          <nav className={page.crumbs} aria-label="Where this model is">
            <Link to="/models" {...(model.data?.prompt ? { search: { kind: "prompts" } as never } : {})}>
              {model.data?.prompt ? "Prompts" : "Models"}
            </Link>
          </nav>
          <div className={styles.identity}>
            <h1 className={styles.title}>{name}</h1>
            <CopyButton text={`models:/${name}`} label="model URI" />
            <span className={styles.facts}>
              {model.data && (
                <>
                  {model.data.owner} · <RelativeTime value={model.data.created_at} />
                </>
              )}
            </span>
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon aria-label="Rename or delete the model">
                  <Ellipsis size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setDialog("rename")}>Rename…</Menu.Item>
                <Menu.Item color="red" onClick={() => setDialog("delete")}>
                  Delete…
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </div>
          {model.data && <Tags tags={model.data.tags} save={(tags) => save({ tags })} />}
        </header>
        {model.data === undefined ? (
          <Skeleton height={120} />
        ) : (
          <>
            <Description
              text={model.data.description}
              of={name}
              save={(description) => save({ description })}
            />
            <Versions model={model.data} save={save} />
          </>
        )}
      </div>
      {dialog === "rename" && (
        <NameDialog
          title="Rename the model"
          label="Name"
          name={name}
          action="Rename"
          note="Versions, tags and aliases follow. Code that loads it by its old name fails."
          submit={async (renamed) => {
            await save({ name: renamed });
            void navigate({ to: "/models/$model", params: { model: renamed }, replace: true });
          }}
          close={close}
        />
      )}
      {dialog === "delete" && (
        <DeleteDialog
          title={`Delete “${name}”?`}
          carryOut={async () => {
            await deleteModel(name);
            await navigate({ to: "/models" });
            queries.removeQueries({ queryKey: modelKeys.one(name) });
            void queries.invalidateQueries({ queryKey: modelKeys.all });
            showToast({ message: `“${name}” is deleted.` });
          }}
          close={close}
        >
          Its {formatCount(model.data?.version_count ?? 0)} versions, aliases and tags go for good. The runs
          that made them, and their files, stay.
        </DeleteDialog>
      )}
    </div>
  );
}

function Versions({
  model,
  save,
}: {
  readonly model: Model;
  readonly save: (patch: ModelPatch) => Promise<unknown>;
}) {
  const versions = useInfiniteQuery(modelVersionsQuery(model.name));
  const found = versions.data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <section className={page.box}>
      <h2>
        Versions <span className="num">{formatCount(model.version_count)}</span>
      </h2>
      {versions.error !== null ? (
        <ErrorState error={versions.error} retry={() => void versions.refetch()} compact />
      ) : found.length === 0 ? (
        <p className={page.none} aria-busy={versions.isPending}>
          {versions.isPending ? "…" : "No versions yet. A run’s page makes one of the files of the run."}
        </p>
      ) : (
        <div className={styles.tableBox}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th className={styles.narrow}>Version</th>
                <th>Aliases</th>
                <th>Description</th>
                {!model.prompt && <th>Run</th>}
                <th className={styles.right}>Created</th>
              </tr>
            </thead>
            <tbody>
              {found.map((version) => (
                <VersionRow
                  key={version.version}
                  version={version}
                  prompt={model.prompt ?? false}
                  save={save}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {versions.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            loading={versions.isFetchingNextPage}
            onClick={() => void versions.fetchNextPage()}
          >
            Older versions
          </Button>
        </div>
      )}
    </section>
  );
}

function VersionRow(props: {
  readonly version: ModelVersion;
  readonly prompt: boolean;
  readonly save: (patch: ModelPatch) => Promise<unknown>;
}) {
  const { version } = props;
  return (
    <tr>
      <td className={styles.narrow}>
        <Link
          to="/models/$model/versions/$version"
          params={{ model: version.model, version: String(version.version) }}
          className={styles.link}
        >
          Version {version.version}
        </Link>{" "}
        <StageBadge stage={version.stage} />
      </td>
      <td>
        <Aliases
          version={version.version}
          aliases={version.aliases}
          save={(aliases) => props.save({ aliases })}
        />
      </td>
      <td className={styles.text} title={firstWords(version.description)}>
        {firstWords(version.description)}
      </td>
      {!props.prompt && (
        <td className={styles.text}>
          {version.run === null ? <span className="quiet">none</span> : <RunLink run={version.run} />}
        </td>
      )}
      <td className={styles.right}>
        <RelativeTime value={version.created_at} />
      </td>
    </tr>
  );
}
