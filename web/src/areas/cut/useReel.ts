// Plays a cut from its takes. Two films take turns: one is seen, and the next stands ready.
//
// While a film runs, it is the clock; slates, pictures and held frames last by the page's own.
import { computed, onScopeDispose, ref, watch, type Ref } from "vue";
import { fileOf } from "../../api/client";
import { shuttled, stepped } from "../../lib/shuttle";
import { filmOf, filmTime, lengthOf, placeAt, type Place } from "./places";

type Film = HTMLVideoElement;

export function useReel(films: Ref<Film | null>[], places: Ref<Place[]>, rate: Ref<number>) {
  const frame = ref(0);
  const speed = ref(0); // 0 while it stands; below, it runs backwards
  const isLooping = ref(false);
  const seen = ref(0); // which of the films is in front
  const isThere = ref(false); // whether that film shows the place's frame
  const broken = ref<ReadonlySet<string>>(new Set());
  const count = computed(() => lengthOf(places.value));
  const index = computed(() => placeAt(places.value, frame.value));
  const holds: (string | null)[] = films.map(() => null);
  const wanted: (number | null)[] = films.map(() => null); // a time to seek once a film can
  let exact = 0; // the place in frames, and parts of one
  let ticking = 0;
  let last = 0;
  let next: number | null = null; // the film that comes to the front once its frame is there

  const film = (n: number): Film | null => films[n]?.value ?? null;
  const medium = (place: Place | undefined): string | null => {
    const held = filmOf(place);
    return held && !broken.value.has(held) ? held : null;
  };

  function aim(n: number, held: string, time: number): void {
    const one = film(n);
    if (!one) {
      return;
    }
    if (holds[n] !== held) {
      holds[n] = held;
      one.src = fileOf(held);
    }
    if (one.seeking || one.readyState === 0) {
      wanted[n] = time; // the newest wish alone counts
    } else if (Math.abs(one.currentTime - time) > 1e-4) {
      one.currentTime = time;
    }
  }

  const isAt = (n: number): boolean => {
    const one = film(n);
    return one !== null && !one.seeking && one.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && wanted[n] === null;
  };

  /** Has the film of a place come to the front: at once where it stands ready, else once it is. */
  function bring(place: Place, within: number): void {
    const held = medium(place);
    if (held === null) {
      isThere.value = false;
      films.forEach((one) => one.value?.pause());
      return;
    }
    const target = holds[seen.value] === held ? seen.value : 1 - seen.value;
    aim(target, held, filmTime(place, within, rate.value));
    if (isAt(target)) {
      seen.value = target;
      isThere.value = true;
    } else if (target !== seen.value) {
      film(seen.value)?.pause();
      next = target;
    }
  }

  /** Has the film after this one stand at its first frame. */
  function prepare(): void {
    const following = places.value[index.value + 1] ?? (isLooping.value ? places.value[0] : undefined);
    const held = medium(following);
    if (following && held !== null && next === null) {
      aim(1 - seen.value, held, filmTime(following, 0, rate.value));
    }
  }

  /** A film's news: what it was to show is there, or the next wish for it. */
  function ready(n: number): void {
    const one = film(n);
    const wish = wanted[n] ?? null;
    wanted[n] = null;
    if (one && wish !== null && Math.abs(one.currentTime - wish) > 1e-4) {
      one.currentTime = wish;
      return;
    }
    if (!isAt(n)) {
      return;
    }
    if (next === n) {
      next = null;
      seen.value = n;
    }
    if (seen.value === n && holds[n] === medium(places.value[index.value])) {
      isThere.value = true;
      prepare();
    }
  }

  function failed(n: number): void {
    const held = holds[n];
    if (held) {
      broken.value = new Set([...broken.value, held]);
      next = next === n ? null : next;
      isThere.value = false;
    }
  }

  function show(to: number): void {
    exact = frame.value = stepped(to, 0, count.value);
    const place = places.value[index.value];
    next = null;
    if (place) {
      bring(place, frame.value - place.first);
      prepare();
    }
  }

  function stop(): void {
    window.cancelAnimationFrame(ticking);
    speed.value = 0;
    films.forEach((one) => one.value?.pause());
    show(frame.value);
  }

  function tick(now: number): void {
    const passed = ((now - last) / 1000) * rate.value * speed.value;
    last = now;
    if (speed.value < 0) {
      runBack(passed);
    } else if (speed.value > 0) {
      runOn(passed);
    }
    if (speed.value !== 0) {
      ticking = window.requestAnimationFrame(tick);
    }
  }

  /** Browsers play films forwards only; backwards each frame is sought. */
  function runBack(passed: number): void {
    exact += passed;
    if (exact < 0) {
      exact = isLooping.value ? count.value - 1 : 0;
    }
    const now = Math.floor(exact);
    const kept = exact;
    if (now !== frame.value && !film(seen.value)?.seeking && next === null) {
      show(now);
      exact = kept;
    }
    if (exact <= 0 && !isLooping.value) {
      stop();
    }
  }

  function runOn(passed: number): void {
    const place = places.value[index.value];
    if (!place) {
      stop();
      return;
    }
    const held = medium(place);
    const one = film(seen.value);
    if (held === null || exact - place.first >= (place.lasts ?? Infinity)) {
      one?.pause();
      exact += passed;
    } else if (one && holds[seen.value] === held && next === null && isAt(seen.value)) {
      one.playbackRate = speed.value;
      if (one.paused && !one.ended) {
        one.play().catch(() => one.paused && speed.value > 0 && stop()); // it wants a click first
      }
      const shown = one.currentTime * rate.value - place.skip;
      exact = one.ended ? exact + passed : Math.max(exact, place.first + shown);
    }
    if (exact >= place.first + place.frames) {
      follow(place);
    }
    frame.value = stepped(Math.floor(exact + 1e-3), 0, count.value);
  }

  /** Goes on to what comes after a place. */
  function follow(place: Place): void {
    const end = place.first + place.frames;
    const goesOn = end < count.value;
    if (!goesOn && !isLooping.value) {
      frame.value = count.value - 1;
      stop();
      return;
    }
    film(seen.value)?.pause();
    frame.value = goesOn ? end : 0;
    const following = places.value[index.value];
    if (following && medium(following) !== null && holds[1 - seen.value] === medium(following) && isAt(1 - seen.value)) {
      seen.value = 1 - seen.value;
      isThere.value = true;
      exact = frame.value;
      prepare();
    } else {
      show(frame.value);
    }
  }

  function run(at: number): void {
    window.cancelAnimationFrame(ticking);
    if (at === 0 || count.value === 0) {
      stop();
      return;
    }
    films.forEach((one) => one.value?.pause());
    speed.value = at;
    show(at > 0 && frame.value >= count.value - 1 ? 0 : frame.value);
    last = performance.now();
    ticking = window.requestAnimationFrame(tick);
  }

  const toggle = (): void => run(speed.value === 0 ? 1 : 0);
  const shuttle = (key: "j" | "k" | "l"): void => run(shuttled(speed.value, key));
  const seek = (to: number): void => {
    films.forEach((one) => one.value?.pause());
    show(to);
  };
  function step(by: number): void {
    stop();
    show(frame.value + by);
  }

  // What is shown follows an edit at once; a film that plays on unchanged is left alone.
  watch(
    places,
    (now, before) => {
      const [one, other] = [now, before].map((list) => list[placeAt(list, frame.value)]);
      if (speed.value > 0 && one && other && isSame(one, other)) {
        prepare();
      } else {
        show(frame.value);
      }
    },
    { flush: "post" },
  );
  watch(films, () => show(frame.value), { flush: "post" });
  onScopeDispose(() => window.cancelAnimationFrame(ticking));

  return { frame, count, index, speed, isLooping, seen, isThere, broken, toggle, shuttle, step, seek, stop, ready, failed };
}

const isSame = (one: Place, other: Place): boolean =>
  one.first === other.first && one.skip === other.skip && one.take?.take_id === other.take?.take_id;
