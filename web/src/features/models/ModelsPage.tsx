import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Box, Plus, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAllEvents } from "@/api/events";
import { createModel, modelKeys, modelListQuery } from "@/api/models";
import type { Model } from "@/api/types";
import { NameDialog } from "@/features/views/ViewDialogs";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { useShortcuts } from "@/ui/keys";
import { RelativeTime } from "@/ui/Time";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import { Alias } from "./Aliases";
import { firstWords } from "./firstWords";
import styles from "./Models.module.css";
import { ownTags } from "./Tags";

type State = { readonly search: string; readonly prompts: boolean };

const codec: SearchCodec<State> = {
  decode: (search) => ({ search: search.q ?? "", prompts: search.kind === "prompts" }),
  encode: (state) => ({ q: state.search || undefined, kind: state.prompts ? "prompts" : undefined }),
};

/** All registered models, those that were changed last first. */
export function ModelsPage() {
  const [state, setState] = useUrlState(codec);
  const [making, setMaking] = useState(false);
  const models = useInfiniteQuery(modelListQuery(state.search, state.prompts));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  // Whoever registers a version has just written to a run.
  useAllEvents(() => void queries.invalidateQueries({ queryKey: modelKeys.all }, { cancelRefetch: false }));
  useEffect(() => {
    document.title = "Models · Trireme";
  }, []);
  useShortcuts([{ keys: ["/"], label: "Search models", group: "Models", run: () => input.current?.focus() }]);
  const found = models.data?.pages.flatMap((page) => page.models) ?? [];
  return (
    <div className={styles.scroll}>
      <div className={styles.inner}>
        <header className={styles.listHeader}>
          <h1 className={styles.listTitle}>Models</h1>
          <SegmentedControl
            size="xs"
            aria-label="Kind"
            value={state.prompts ? "prompts" : "models"}
            onChange={(kind) => setState((before) => ({ ...before, prompts: kind === "prompts" }))}
            data={[
              { value: "models", label: "Models" },
              { value: "prompts", label: "Prompts" },
            ]}
          />
          <span className={styles.gap} />
          <TextInput
            ref={input}
            className={styles.search ?? ""}
            aria-label="Search models"
            placeholder="Name, description or tag"
            leftSection={<Search size={14} />}
            value={state.search}
            onChange={(event) => {
              const search = event.currentTarget.value;
              setState((before) => ({ ...before, search }));
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape") setState((before) => ({ ...before, search: "" }));
            }}
          />
          {!state.prompts && (
            <Button leftSection={<Plus size={14} />} onClick={() => setMaking(true)}>
              New model
            </Button>
          )}
        </header>
        {models.isPending && <LoadingList />}
        {models.error !== null && found.length === 0 && (
          <ErrorState error={models.error} retry={() => void models.refetch()} />
        )}
        {models.isSuccess && found.length === 0 && <Nothing state={state} />}
        {found.length > 0 && (
          <ul className={styles.list}>
            {found.map((model) => (
              <Row key={model.name} model={model} />
            ))}
          </ul>
        )}
        {models.hasNextPage && (
          <Button
            variant="default"
            loading={models.isFetchingNextPage}
            onClick={() => void models.fetchNextPage()}
          >
            More models
          </Button>
        )}
      </div>
      {making && (
        <NameDialog
          title="New model"
          label="Name"
          name=""
          action="Create"
          note="Versions come from runs: on a run’s page, or by mlflow’s register_model."
          submit={async (name) => {
            const made = await createModel(name);
            void queries.invalidateQueries({ queryKey: modelKeys.all });
            void navigate({ to: "/models/$model", params: { model: made.name } });
          }}
          close={() => setMaking(false)}
        />
      )}
    </div>
  );
}

function Row({ model }: { readonly model: Model }) {
  const aliases = Object.entries(model.aliases);
  return (
    <li className={styles.item}>
      <Link to="/models/$model" params={{ model: model.name }} className={styles.row}>
        <span className={styles.names}>
          <span className={styles.name}>{model.name}</span>
          {model.description !== "" && (
            <span className={styles.summary}>{firstWords(model.description)}</span>
          )}
        </span>
        <span className={styles.marks}>
          {aliases.slice(0, 3).map(([alias, version]) => (
            <span key={alias} className={styles.mark}>
              <Alias name={alias} /> {version}
            </span>
          ))}
          {ownTags(model.tags)
            .slice(0, 3)
            .map(([key, value]) => (
              <span key={key} className={styles.chip}>
                <span className={styles.chipText}>
                  {key}
                  {value !== "" && <b>{value}</b>}
                </span>
              </span>
            ))}
        </span>
        <span className={`${styles.versions} num`}>
          {model.last_version === null ? (
            <span className="quiet">no versions</span>
          ) : (
            <>
              {formatCount(model.version_count)}{" "}
              <span className="quiet">{model.version_count === 1 ? "version" : "versions"}</span>
            </>
          )}
        </span>
        <span className={styles.when}>
          <RelativeTime value={model.updated_at} />
        </span>
      </Link>
    </li>
  );
}

function Nothing({ state }: { readonly state: State }) {
  if (state.search !== "")
    return (
      <EmptyState title={state.prompts ? "No prompt matches" : "No model matches"} compact>
        <p>None has “{state.search}” in its name, description or tags.</p>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Box size={32} strokeWidth={1.5} />}
      title={state.prompts ? "No prompts yet" : "No models yet"}
    >
      {state.prompts ? (
        <p>
          <code className="mono">mlflow.genai.register_prompt(name=…, template=…)</code> keeps them here.
        </p>
      ) : (
        <p>
          Register one on a run’s page, or by{" "}
          <code className="mono">mlflow.register_model("runs:/…/model", "name")</code>.
        </p>
      )}
    </EmptyState>
  );
}

function LoadingList() {
  return (
    <ul className={styles.list} aria-busy="true" aria-label="Loading models">
      {["42%", "36%", "30%"].map((width) => (
        <li key={width} className={styles.item}>
          <div className={styles.row}>
            <Skeleton height={12} width={width} radius="sm" />
          </div>
        </li>
      ))}
    </ul>
  );
}
