import { describe, expect, test } from "vitest";
import { shuttled, stepped } from "../src/lib/shuttle";
import { ago, frameAt, framesIn, length, rateOf, timecode, timeOf } from "../src/lib/time";

test.each([
  ["24/1", 24],
  ["24000/1001", 24000 / 1001],
  ["25", 25],
  [null, 24],
  ["nonsense", 24],
  ["24/0", 24],
  ["-5/1", 24],
])("the rate of %s", (fps, rate) => {
  expect(rateOf(fps)).toBeCloseTo(rate, 9);
});

describe("frames", () => {
  test.each([12, 24, 24000 / 1001, 29.97, 60])("are found again at the time that is sought, at %d", (rate) => {
    for (let frame = 0; frame < 5_000; frame += 7) {
      expect(frameAt(timeOf(frame, rate), rate)).toBe(frame);
    }
  });

  test("are found at the rounded times that a browser tells", () => {
    for (let frame = 0; frame < 240; frame++) {
      expect(frameAt(Math.floor((frame / 24) * 1e6) / 1e6, 24)).toBe(frame);
    }
  });

  test("are counted, one at the least", () => {
    expect(framesIn(4, 24)).toBe(96);
    expect(framesIn(3.0030, 24000 / 1001)).toBe(72);
    expect(framesIn(0, 24)).toBe(1);
  });

  test("are told as minutes, seconds and frames", () => {
    expect(timecode(0, 24)).toBe("00:00:00");
    expect(timecode(24 * 64 + 12, 24)).toBe("01:04:12");
    expect(timecode(23, 24000 / 1001)).toBe("00:00:23");
  });

  test("are stepped over no end", () => {
    expect(stepped(0, -1, 72)).toBe(0);
    expect(stepped(71, 1, 72)).toBe(71);
    expect(stepped(5, -1, 72)).toBe(4);
  });
});

test("J, K and L shuttle: each again doubles, the other turns round", () => {
  expect(["l", "l", "l", "l", "j", "j", "k", "j"].reduce<number[]>((speeds, key) => [...speeds, shuttled(speeds.at(-1) ?? 0, key as "l")], [])).toEqual([1, 2, 4, 4, -1, -2, 0, -1]);
});

test.each([
  [3.5, "3.5 s"],
  [0.5, "0.5 s"],
  [125, "2:05"],
  [3725, "1:02:05"],
])("%d seconds are told as %s", (seconds, told) => {
  expect(length(seconds)).toBe(told);
});

test.each([
  ["2025-10-05T12:00:00.000000Z", "just now"],
  ["2025-10-05T11:59:00.000000Z", "1 minute ago"],
  ["2025-10-05T09:00:00.000000Z", "3 hours ago"],
  ["2025-10-02T09:00:00.000000Z", "3 days ago"],
  ["2025-01-02T09:00:00.000000Z", "Jan 2, 2025"],
])("%s was %s", (moment, told) => {
  expect(ago(moment, Date.parse("2025-10-05T12:00:30Z"))).toBe(told);
});

test("a clock that is ahead of ours is no reason to speak of the future", () => {
  expect(ago("2025-10-05T12:00:20Z", Date.parse("2025-10-05T12:00:00Z"))).toBe("just now");
});
