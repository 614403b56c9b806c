"""Which matrix a frame's YUV was made with."""

from av.video.frame import VideoFrame

BT709 = 1  # these three by ISO/IEC 23091-2
UNSPECIFIED = 2
SMPTE170M = 6
_HD = 720  # lines, from which on players take untagged video for BT.709


def matrix_of(frame: VideoFrame) -> int:
    """The frame's matrix as it is tagged, or else the one that players assume for its size."""
    if frame.colorspace != UNSPECIFIED:
        return frame.colorspace
    return BT709 if frame.height >= _HD else SMPTE170M
