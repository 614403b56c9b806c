// A second film on the clock of a first: it shows the same frame while that stands, and runs along.
import { watch, type Ref } from "vue";
import { timeOf } from "../../lib/time";

type Film = Ref<HTMLVideoElement | null>;

interface Clock {
  frame: Ref<number>;
  speed: Ref<number>;
}

const FAR = 4; // frames apart: then it is sought, else its pace is bent

export function useFollower(leader: Film, follower: Film, clock: Clock, rate: Ref<number>) {
  function align(): void {
    const film = follower.value;
    if (film && Number.isFinite(film.duration)) {
      film.currentTime = Math.min(timeOf(clock.frame.value, rate.value), film.duration - 0.5 / rate.value);
    }
  }

  /** Bends the pace, so that both come together within some frames. */
  function run(): void {
    const [first, film] = [leader.value, follower.value];
    if (!first || !film || clock.speed.value <= 0) {
      return;
    }
    const apart = Math.min(first.currentTime, film.duration) - film.currentTime; // seconds
    if (Math.abs(apart) > FAR / rate.value) {
      film.currentTime = first.currentTime;
    }
    film.playbackRate = clock.speed.value * (1 + Math.min(0.2, Math.max(-0.2, apart * 2)));
    if (film.paused && !film.ended) {
      film.play().catch(() => align()); // it stands then, and shows what the first one does
    }
  }

  watch(clock.frame, () => (clock.speed.value > 0 ? run() : align()));
  watch(clock.speed, (speed) => {
    if (speed > 0) {
      run();
    } else {
      follower.value?.pause();
      align();
    }
  });
  return { align };
}
