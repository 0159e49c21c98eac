import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import type { ProjectRef } from "@/api/types";
import { viewListQuery, viewQuery } from "@/api/views";
import { showToast } from "@/ui/toast";
import { UndoProvider, useUndoStack } from "@/ui/UndoProvider";
import { type Search, stringifySearch } from "@/urlSearch";
import { remember, rememberedSearch, rememberedView } from "./remembered";
import { UrlEdits } from "./urlEdits";
import { useGo } from "./useGo";
import {
  ALL_RUNS,
  type Marker,
  markerOf,
  markerText,
  opened,
  standing,
  stateOf,
  withState,
} from "./viewState";

type Props = { readonly project: ProjectRef; readonly children: ReactNode };

/** Finds out what a project's page shall show before it is drawn: what the address says, where one was, the project's default view. */
export function ViewGate({ project, children }: Props) {
  const search = useSearch({ strict: false }) as Search;
  const marker = markerOf(search);
  const bare = marker === null && search.view !== ALL_RUNS && Object.keys(stateOf(search)).length === 0;
  // Whoever clears everything later is here already, and means it.
  const [arrived, setArrived] = useState(!bare);
  if (!arrived && !bare) setArrived(true);
  if (!arrived && bare) return <Arrival project={project} search={search} stay={() => setArrived(true)} />;
  if (marker !== null && marker.print === null)
    return <ShortLink key={marker.id} project={project} search={search} id={marker.id} />;
  return (
    <UndoProvider>
      <Memory project={project} search={search} />
      {marker !== null && <CatchUp key={marker.id} project={project} search={search} marker={marker} />}
      {children}
    </UndoProvider>
  );
}

/** An address that says nothing: back to where one was, or to what the project shows newcomers. */
function Arrival(props: {
  readonly project: ProjectRef;
  readonly search: Search;
  readonly stay: () => void;
}) {
  const { project, search } = props;
  const go = useGo();
  const left = rememberedSearch(project);
  const arrive = (target: Search) => {
    if (stringifySearch(target) === stringifySearch(search)) props.stay();
    else go(target);
  };
  const { data, isPending } = useQuery({ ...viewListQuery(project), enabled: left === null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the answer is there
  useEffect(() => {
    if (left !== null) {
      arrive({ ...left, ...search });
    } else if (!isPending) {
      const last = rememberedView(project);
      const known = data?.views.some((view) => view.id === last) ? last : null;
      const fallback = data?.default ?? null;
      // Whoever chose all runs stays there, also where newcomers see something else.
      const view = known ?? (last === null ? fallback : fallback === null ? null : ALL_RUNS);
      arrive(view === null ? search : { ...search, view });
    }
  }, [left === null, isPending]);
  return null;
}

/** `view=<id>` alone: the address takes the view's state in. */
function ShortLink(props: { readonly project: ProjectRef; readonly search: Search; readonly id: string }) {
  const { search, id } = props;
  const go = useGo();
  const { data, error } = useQuery(viewQuery(props.project, id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the answer is there
  useEffect(() => {
    if (data !== undefined && !data.trashed) go(opened(search, id, data.state));
    else if (data !== undefined || error !== null) {
      if (data !== undefined) showToast({ message: `The view “${data.name}” is in the trash.` });
      else if (error instanceof ApiError && !error.offline)
        showToast({ message: error.message, ...(error.body.hint ? { detail: error.body.hint } : {}) });
      go(withState(search, stateOf(search), ALL_RUNS));
    }
  }, [data, error]);
  return null;
}

/** Remembers where one is, and makes every change of it an edit that can be undone. */
function Memory(props: { readonly project: ProjectRef; readonly search: Search }) {
  const { project, search } = props;
  const stack = useUndoStack();
  const go = useGo();
  const latest = useRef({ search, go });
  latest.current = { search, go };
  const edits = useRef<UrlEdits | null>(null);
  useEffect(() => {
    edits.current ??= new UrlEdits(
      stack,
      (target) => {
        const now = latest.current;
        const same = markerOf(target)?.id === markerOf(now.search)?.id;
        // The view may have been saved since: what it holds now is what the state is compared with.
        now.go(withState(now.search, stateOf(target), same ? now.search.view : target.view));
      },
      search,
    );
    edits.current.seen(search, performance.now());
    remember(project, search);
  }, [stack, project, search]);
  return null;
}

/** A page that is opened anew shows the view as it is now, unless it holds changes of one's own. */
function CatchUp(props: { readonly project: ProjectRef; readonly search: Search; readonly marker: Marker }) {
  const { project, search, marker } = props;
  const go = useGo();
  const { data } = useQuery(viewQuery(project, marker.id));
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with the first answer
  useEffect(() => {
    if (data === undefined || !first.current) return;
    first.current = false;
    if (standing(search, marker, data.state) !== "behind") return;
    go(withState(search, data.state, markerText(data.id, data.state)));
    showToast({ message: `${data.updated_by} has saved “${data.name}” anew since you were here.` });
  }, [data]);
  return null;
}
