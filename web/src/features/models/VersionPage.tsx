import { ActionIcon, Menu, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useEffect, useState } from "react";
import {
  deleteModelVersion,
  modelKeys,
  modelVersionQuery,
  patchModel,
  patchModelVersion,
} from "@/api/models";
import type { ModelPatch, ModelVersionPatch } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorState } from "@/ui/Feedback";
import page from "@/ui/page.module.css";
import { Tabs } from "@/ui/Tabs";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toast";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import { Aliases } from "./Aliases";
import { DeleteDialog } from "./DeleteDialog";
import styles from "./Models.module.css";
import { StageMenu } from "./Stage";
import { Tags } from "./Tags";
import { VersionFiles } from "./VersionFiles";
import { VersionOverview } from "./VersionOverview";

const TABS = [
  { id: "overview", label: "Overview" },
  { id: "files", label: "Files" },
] as const;
type Tab = (typeof TABS)[number]["id"];

const codec: SearchCodec<Tab> = {
  decode: (search) => TABS.find((tab) => tab.id === search.tab)?.id ?? "overview",
  encode: (tab) => ({ tab: tab === "overview" ? undefined : tab }),
};

/** One version of a model: where it comes from, what it measured, its files. */
export function VersionPage({ name, version }: { readonly name: string; readonly version: number }) {
  const [tab, setTab] = useUrlState(codec);
  const [deleting, setDeleting] = useState(false);
  const detail = useQuery(modelVersionQuery(name, version));
  const queries = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    document.title = `${name}, version ${version} · Trireme`;
  }, [name, version]);
  const changed = () => queries.invalidateQueries({ queryKey: modelKeys.all });
  const save = async (patch: ModelVersionPatch) => {
    await patchModelVersion(name, version, patch);
    await changed();
  };
  const saveModel = async (patch: ModelPatch) => {
    await patchModel(name, patch);
    await changed();
  };
  if (detail.error !== null && detail.data === undefined)
    return <ErrorState error={detail.error} retry={() => void detail.refetch()} />;
  const found = detail.data?.version;
  const prompt = found?.tags["mlflow.prompt.text"] !== undefined;
  return (
    <div className={page.page}>
      <header className={styles.header}>
        <nav className={page.crumbs} aria-label="Where this version is">
          <Link to="/models" {...(prompt ? { search: { kind: "prompts" } as never } : {})}>
            {prompt ? "Prompts" : "Models"}
          </Link>
          <span>/</span>
          <Link to="/models/$model" params={{ model: name }}>
            {name}
          </Link>
        </nav>
        <div className={styles.identity}>
          <h1 className={styles.title}>Version {version}</h1>
          <CopyButton text={`${prompt ? "prompts" : "models"}:/${name}/${version}`} label="model URI" />
          {found && !prompt && <StageMenu version={version} stage={found.stage} save={save} />}
          {found && (
            <span className={styles.facts}>
              {found.owner} · <RelativeTime value={found.created_at} />
            </span>
          )}
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon aria-label="Delete the version">
                <Ellipsis size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="red" onClick={() => setDeleting(true)}>
                Delete…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        {found && (
          <div className={styles.lists}>
            <Aliases version={version} aliases={found.aliases} save={(aliases) => saveModel({ aliases })} />
            <Tags tags={found.tags} save={(tags) => save({ tags })} />
          </div>
        )}
      </header>
      {!prompt && (
        <Tabs
          label="Views of the version"
          tabs={TABS}
          current={tab}
          select={(next) => setTab(() => next, { push: true })}
          panel="version-panel"
          className={page.tabs}
        />
      )}
      <div
        className={page.panel}
        {...(prompt ? {} : { id: "version-panel", role: "tabpanel", "aria-labelledby": `tab-${tab}` })}
      >
        {detail.data === undefined ? (
          <div className={page.body} aria-busy="true">
            <Skeleton height={14} width="40%" />
          </div>
        ) : tab === "files" && !prompt ? (
          <VersionFiles name={name} version={version} />
        ) : (
          <VersionOverview detail={detail.data} save={save} />
        )}
      </div>
      {deleting && (
        <DeleteDialog
          title={`Delete version ${version} of “${name}”?`}
          carryOut={async () => {
            await deleteModelVersion(name, version);
            await navigate({ to: "/models/$model", params: { model: name } });
            queries.removeQueries({ queryKey: modelKeys.version(name, version) });
            void changed();
            showToast({ message: `Version ${version} is deleted.` });
          }}
          close={() => setDeleting(false)}
        >
          Its aliases and tags go for good, and its number is not given again. The run that made it, and its
          files, stay.
        </DeleteDialog>
      )}
    </div>
  );
}
