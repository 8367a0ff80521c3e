package dev.talaria.protocol.message;

import dev.talaria.protocol.id.RunKey;

/**
 * A piece of what a worker wrote, on {@code worker-logs} (key: the run key), for a board on another host. A launcher sends at
 * most 256 KiB of a run: its beginning as it is written, and when it has ended the last of it.
 *
 * @param run whose worker
 * @param offset where the piece begins in the worker's output, in bytes
 * @param bytes how many bytes of the output it is; its text has another length where they were not UTF-8
 * @param text the piece
 * @param dropped how many bytes right before it were left out
 */
public record LogChunk(RunKey run, long offset, long bytes, String text, long dropped)
    implements Message {
  /** Where the next piece begins, unless some of the output is left out. */
  public long end() {
    return offset + bytes;
  }
}
