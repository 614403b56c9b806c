// A film that is played, shuttled and stepped by frames.
import { computed, onScopeDispose, ref, watch, type Ref } from "vue";
import { shuttled, stepped } from "./shuttle";
import { frameAt, framesIn, timeOf } from "./time";

export function usePlayer(video: Ref<HTMLVideoElement | null>, rate: Ref<number>) {
  const frame = ref(0);
  const seconds = ref(0);
  const speed = ref(0); // 0 while it stands; below, it runs backwards
  const pace = ref(1); // of playing
  const isLooping = ref(true);
  const isBroken = ref(false);
  const count = computed(() => framesIn(seconds.value, rate.value));
  let backwards = 0;
  let watched = 0;

  const look = (_: number, shown: VideoFrameCallbackMetadata): void => {
    // While it stands, the frame is the one that was asked for: news of earlier ones come late.
    if (speed.value > 0) {
      frame.value = Math.min(frameAt(shown.mediaTime, rate.value), count.value - 1);
    }
    watched = video.value?.requestVideoFrameCallback(look) ?? 0;
  };

  function stop(): void {
    window.cancelAnimationFrame(backwards);
    backwards = 0;
    video.value?.pause();
    if (speed.value > 0 && video.value) {
      frame.value = stepped(frameAt(video.value.currentTime, rate.value), 0, count.value);
    }
    speed.value = 0;
  }

  function seek(to: number): void {
    frame.value = stepped(to, 0, count.value);
    if (video.value) {
      video.value.currentTime = Math.min(timeOf(frame.value, rate.value), seconds.value);
    }
  }

  function step(by: number): void {
    stop();
    seek(stepped(frame.value, by, count.value));
  }

  /** Browsers play films forwards only; backwards each frame is sought. */
  function runBackwards(by: number): void {
    let last = performance.now();
    let place = frame.value;
    const run = (now: number): void => {
      place += ((now - last) / 1000) * rate.value * by;
      last = now;
      if (place < 0) {
        place = isLooping.value ? count.value - 1 : 0;
      }
      if (Math.floor(place) !== frame.value && !video.value?.seeking) {
        seek(Math.floor(place));
      }
      if (place > 0 || isLooping.value) {
        backwards = window.requestAnimationFrame(run);
      } else {
        stop();
      }
    };
    backwards = window.requestAnimationFrame(run);
  }

  function run(at: number): void {
    stop();
    const film = video.value;
    if (!film || at === 0) {
      return;
    }
    speed.value = at;
    if (at < 0) {
      runBackwards(at);
      return;
    }
    if (frame.value >= count.value - 1) {
      seek(0);
    }
    film.playbackRate = at;
    film.play().catch(() => (speed.value = 0)); // the browser wants a click first, or it is gone
  }

  const toggle = (): void => run(speed.value === 0 ? pace.value : 0);
  const shuttle = (key: "j" | "k" | "l"): void => run(shuttled(speed.value, key));

  watch(pace, (now) => speed.value > 0 && run(now));
  watch(video, (film) => {
    stop();
    frame.value = 0;
    if (film) {
      watched = film.requestVideoFrameCallback(look);
    }
  });
  onScopeDispose(() => {
    window.cancelAnimationFrame(backwards);
    video.value?.cancelVideoFrameCallback(watched);
  });

  function ready(): void {
    seconds.value = video.value?.duration ?? 0;
    isBroken.value = false;
  }
  function ended(): void {
    if (!isLooping.value) {
      stop();
      frame.value = count.value - 1;
    }
  }

  return { frame, count, speed, pace, isLooping, isBroken, toggle, shuttle, step, seek, stop, ready, ended };
}
