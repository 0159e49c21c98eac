import { ActionIcon, Button, SegmentedControl, Select, Slider, Switch } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { EyeOff, Image as ImageIcon, X } from "lucide-react";
import { Suspense, useMemo, useRef, useState } from "react";
import { mediaQuery } from "@/api/compare";
import { attributeNamesQuery } from "@/api/runs";
import type { AttributeName, MediaRow, Medium, ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import type { PaneProps } from "@/features/runs/tabs";
import { Dialog } from "@/ui/Dialog";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount, formatNumber } from "@/ui/format";
import { useShortcuts } from "@/ui/keys";
import { part } from "@/ui/part";
import { useUrlState } from "@/urlSearch";
import bar from "../shared/ScopeBar.module.css";
import { useLiveCompare } from "../shared/useLiveCompare";
import view from "../shared/View.module.css";
import { ImageCompare } from "./ImageCompare";
import styles from "./Media.module.css";
import { MediaCards } from "./MediaCards";
import { MediaMatrix } from "./MediaMatrix";
import { isImage, mediumAddress } from "./MediumView";
import { stepIndex, strided, strides } from "./steps";
import { type MediaState, mediaCodec, type Pick, SIZES, samePick, togglePick } from "./urlState";
import { useSharedZoom } from "./useSharedZoom";
import { ZoomButtons } from "./ZoomButtons";

const TextDiffView = part(async () => (await import("../side/TextDiffView")).TextDiffView);

/** The server's limits of cells, and of steps that one looks through. */
const MAX_CELLS = 10_000;
const MAX_COLUMNS = 200;
/** What Trireme records by itself is looked at elsewhere. */
const OWN = /^(source|source_code|runtime|monitoring|system|sys)\//;

/** Images, texts and other media of the drawn runs: at one step, or over all of them. */
export function MediaView({ project, runs }: PaneProps) {
  const [state, setState] = useUrlState(mediaCodec);
  const [sliding, setSliding] = useState<number | null>(null);
  const [comparing, setComparing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const zoom = useSharedZoom(box);
  const keys = useMemo(() => runs.map((run) => run.key), [runs]);
  useLiveCompare(project, keys);
  const set = (change: Partial<MediaState>) => setState((before) => ({ ...before, ...change }));

  const names = useQuery({
    ...attributeNamesQuery(project, {
      types: ["file_series", "file", "string_series"],
      runs: [...keys].sort((a, b) => a - b),
      limit: 5000,
    }),
    enabled: keys.length > 0,
    placeholderData: (before) => before,
  });
  const choices = useMemo(() => mediaNames(names.data?.attributes ?? []), [names.data]);
  const likeliest = useLikeliest(project, keys, choices, state.path === null);
  const path = state.path ?? likeliest;
  const request = { runs: keys, path: path ?? "" };
  const whole = useQuery({ ...mediaQuery(project, request), enabled: keys.length > 0 && path !== null });
  const steps = whole.data?.steps ?? [];
  const index = sliding ?? stepIndex(steps, state.step);
  const step = steps[index] ?? null;
  const grid = state.layout === "grid" && steps.length > 1;
  const columns = useMemo(
    () =>
      strided(steps, state.every, Math.min(MAX_COLUMNS, Math.floor(MAX_CELLS / Math.max(1, keys.length)))),
    [steps, state.every, keys.length],
  );
  const wanted = grid ? columns : step === null ? [] : [step];
  const isLast = !grid && (step === null || index === steps.length - 1);
  const chosen = useQuery({
    ...mediaQuery(project, { ...request, steps: [...wanted] }),
    enabled: wanted.length > 0 && !isLast,
  });
  const answer = isLast ? whole : chosen;
  const rows: readonly MediaRow[] = answer.data?.rows ?? [];

  const go = (by: number) => {
    const next = Math.min(steps.length - 1, Math.max(0, index + by));
    set({ step: next === steps.length - 1 ? null : (steps[next] ?? null) });
  };
  useShortcuts([
    { keys: ["["], label: "Previous step", group: "Compare", run: () => go(-1) },
    { keys: ["]"], label: "Next step", group: "Compare", run: () => go(1) },
  ]);
  const onPick = (pick: Pick) => {
    const picks = togglePick(state.picks, pick);
    set({ picks });
    if (picks.length === 2) setComparing(true);
  };

  if (runs.length === 0)
    return (
      <EmptyState icon={<EyeOff size={28} strokeWidth={1.5} />} title="No run is drawn">
        <p>Open the eyes of some runs on the left to see their images and other media.</p>
      </EmptyState>
    );
  if (names.data !== undefined && choices.length === 0)
    return (
      <EmptyState icon={<ImageIcon size={28} strokeWidth={1.5} />} title="No media here">
        <p>
          The drawn runs have logged no images, files or texts: <code>run["samples"].append(image)</code>
        </p>
      </EmptyState>
    );
  const shared = {
    project,
    path: path ?? "",
    runs,
    rows,
    size: state.size,
    crisp: state.crisp,
    picks: state.picks,
    onPick,
  };
  return (
    <div className={view.view}>
      <div className={view.toolbar}>
        <Select
          size="xs"
          w={260}
          aria-label="Which medium"
          searchable
          allowDeselect={false}
          value={path}
          data={choices.map((name) => ({ value: name.path, label: name.path }))}
          onChange={(value) => value !== null && set({ path: value, step: null, picks: [] })}
        />
        {steps.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Layout"
            value={state.layout}
            onChange={(layout) => set({ layout: layout === "grid" ? "grid" : "step" })}
            data={[
              { value: "step", label: "One step" },
              { value: "grid", label: "Runs × steps" },
            ]}
          />
        )}
        <div className={styles.size}>
          <span>Size</span>
          <Slider
            size="xs"
            min={SIZES.least}
            max={SIZES.most}
            step={20}
            label={null}
            thumbLabel="Size of the pictures"
            value={state.size}
            onChange={(size) => set({ size })}
          />
        </div>
        <Switch
          size="xs"
          label="Crisp pixels"
          checked={state.crisp}
          onChange={() => set({ crisp: !state.crisp })}
        />
        <ZoomButtons zoom={zoom} />
        <span className={`${view.rest} ${bar.count} num`} role="status">
          {whole.data && (
            <span>
              <b>{formatCount(whole.data.rows.filter((row) => row.total > 0).length)}</b> of{" "}
              <b>{formatCount(runs.length)}</b> {runs.length === 1 ? "run" : "runs"}
              {steps.length > 0 && (
                <>
                  {" · "}
                  {grid && columns.length < whole.data.total_steps
                    ? `${formatCount(columns.length)} of ${formatCount(whole.data.total_steps)} steps`
                    : steps.length < whole.data.total_steps
                      ? `${formatCount(steps.length)} of ${formatCount(whole.data.total_steps)} steps`
                      : `${formatCount(steps.length)} ${steps.length === 1 ? "step" : "steps"}`}
                </>
              )}
            </span>
          )}
        </span>
      </div>
      {steps.length > 1 && (
        <div className={styles.slider}>
          {grid ? (
            <Select
              size="xs"
              w={150}
              aria-label="Which steps"
              allowDeselect={false}
              value={String(state.every)}
              data={[...new Set([...strides(steps.length), state.every])].map((every) => ({
                value: String(every),
                label: every === 1 ? "Every step" : `Every ${every}th step`,
              }))}
              onChange={(value) => set({ every: Number(value ?? 1) })}
            />
          ) : (
            <>
              <span className="num">
                step <b>{formatNumber(step, 9)}</b> · {formatCount(index + 1)} of {formatCount(steps.length)}
              </span>
              <Slider
                className={styles.track ?? ""}
                size="sm"
                min={0}
                max={steps.length - 1}
                step={1}
                value={index}
                label={(place) => `step ${formatNumber(steps[place], 9)}`}
                thumbLabel="Step"
                onChange={setSliding}
                // At the end it follows new steps.
                onChangeEnd={(place) => {
                  setSliding(null);
                  set({ step: place === steps.length - 1 ? null : (steps[place] ?? null) });
                }}
              />
            </>
          )}
        </div>
      )}
      {answer.error !== null && answer.data === undefined ? (
        <ErrorState error={answer.error} retry={() => void answer.refetch()} />
      ) : (
        <div
          ref={box}
          className={styles.scroll}
          aria-busy={answer.isPlaceholderData || answer.data === undefined}
        >
          {grid ? (
            <MediaMatrix {...shared} steps={columns} />
          ) : (
            <MediaCards {...shared} step={isLast ? null : step} />
          )}
        </div>
      )}
      {state.picks.length > 0 && (
        <div className={styles.tray}>
          {state.picks.map((pick, place) => (
            <span key={`${pick.run}@${pick.step}`} className={styles.picked}>
              <b>{"AB"[place]}</b> {pickLabel(runs, pick)}
              <ActionIcon
                size={20}
                aria-label={`Take ${pickLabel(runs, pick)} away`}
                onClick={() => set({ picks: state.picks.filter((each) => !samePick(each, pick)) })}
              >
                <X size={12} />
              </ActionIcon>
            </span>
          ))}
          {state.picks.length === 2 ? (
            <Button size="xs" onClick={() => setComparing(true)}>
              Compare
            </Button>
          ) : (
            <span className="quiet">Choose another one to lay over it</span>
          )}
        </div>
      )}
      {comparing && path !== null && state.picks.length === 2 && (
        <Dialog
          close={() => setComparing(false)}
          size="90%"
          title={path}
          styles={{ body: { height: "calc(100dvh - 180px)" } }}
        >
          <Pair project={project} path={path} runs={runs} picks={state.picks} crisp={state.crisp} />
        </Dialog>
      )}
    </div>
  );
}

function pickLabel(runs: readonly DrawnRun[], pick: Pick): string {
  const name = runs.find((run) => run.key === pick.run)?.name ?? `run ${pick.run}`;
  return pick.step === null ? name : `${name}, step ${formatNumber(pick.step, 9)}`;
}

/** Series of files first, then single files, then texts. */
function mediaNames(names: readonly AttributeName[]): readonly AttributeName[] {
  const order = ["file_series", "file", "string_series"];
  const seen = new Set<string>();
  return names
    .filter((name) => !OWN.test(name.path))
    .sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type) || (a.path < b.path ? -1 : 1))
    .filter((name) => !seen.has(name.path) && seen.add(name.path));
}

/** So many series are looked into before one is chosen. */
const MOST_CANDIDATES = 6;

/** What one most likely wants to see: of the first series that with pictures of the most runs. Null until that is known. */
function useLikeliest(
  project: ProjectRef,
  runs: readonly number[],
  choices: readonly AttributeName[],
  wanted: boolean,
): string | null {
  const asked = wanted && choices.length > 1 ? choices.slice(0, MOST_CANDIDATES) : [];
  const found = useQueries({
    queries: asked.map(({ path }) => mediaQuery(project, { runs: [...runs], path })),
  });
  const first = choices[0]?.path ?? null;
  if (asked.length === 0) return first;
  if (found.some((each) => each.isPending)) return null;
  const pictures = found.map((each) => each.data?.rows.filter((row) => isImage(row.cells[0])).length ?? 0);
  return asked[pictures.indexOf(Math.max(...pictures))]?.path ?? first;
}

/** What was picked, asked for anew: a link must work without the page around it. */
function Pair(props: {
  readonly project: ProjectRef;
  readonly path: string;
  readonly runs: readonly DrawnRun[];
  readonly picks: readonly Pick[];
  readonly crisp: boolean;
}) {
  const { project, path, runs, picks } = props;
  const [a, b] = picks as [Pick, Pick];
  const left = useMedium(project, path, a);
  const right = useMedium(project, path, b);
  const error = left.error ?? right.error;
  if (error !== null) return <ErrorState error={error} />;
  if (left.medium === undefined || right.medium === undefined) return <div aria-busy="true" />;
  if (isImage(left.medium) && isImage(right.medium))
    return (
      <ImageCompare
        a={{ address: mediumAddress(project, a.run, path, a.step), label: pickLabel(runs, a) }}
        b={{ address: mediumAddress(project, b.run, path, b.step), label: pickLabel(runs, b) }}
        crisp={props.crisp}
      />
    );
  if (left.medium?.text != null && right.medium?.text != null)
    return (
      <Suspense fallback={<div aria-busy="true" />}>
        <TextDiffView before={left.medium.text} after={right.medium.text} />
      </Suspense>
    );
  return <p>Images and texts can be compared; these two are neither both.</p>;
}

function useMedium(project: ProjectRef, path: string, pick: Pick) {
  const steps = pick.step === null ? {} : { steps: [pick.step] };
  const found = useQuery(mediaQuery(project, { runs: [pick.run], path, ...steps }));
  // The answer to the pair before is no answer to this one.
  const medium: Medium | null | undefined = found.isPlaceholderData
    ? undefined
    : found.data?.rows[0]?.cells[0];
  return { medium, error: found.error };
}
