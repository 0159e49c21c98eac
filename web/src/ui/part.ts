/** Parts of the application that are loaded when they are first shown. */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { probe, reportReachable } from "@/api/connection";

const RELOADED_KEY = "trireme-reloaded";
const RELOAD_AGAIN_MS = 60_000;
const LOOK_AGAIN_MS = 1000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Loads a module of the application. While the server is away it waits, and the shell says so. Then the page is loaded anew, which loses
 * nothing, for the address holds its state: the server may be a newer one with other modules, and a style sheet that failed to load is
 * never asked for again.
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    while (!(await probe())) {
      reportReachable(false);
      await pause(LOOK_AGAIN_MS);
    }
  }
  // Once: what fails again is not to be mended that way.
  if (!mayReload(Date.now())) return load();
  location.reload();
  return new Promise<T>(() => {});
}

function mayReload(now: number): boolean {
  try {
    const before = Number(sessionStorage.getItem(RELOADED_KEY) ?? Number.NaN);
    if (now - before < RELOAD_AGAIN_MS) return false;
    sessionStorage.setItem(RELOADED_KEY, String(now));
    return true;
  } catch {
    return false;
  }
}

/** A component that is loaded when it is first shown. */
export const part = <Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> => lazy(async () => ({ default: await loaded(load) }));
