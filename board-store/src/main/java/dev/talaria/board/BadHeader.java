package dev.talaria.board;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Says what a file that SQLite refused begins with (contract 1.5 step 3). Reads it outside SQLite, and so only
 * while this process has no connection to it.
 */
final class BadHeader {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int SHOWN = 32;
  private static final int TLS_MAX_LENGTH = 18_432;

  private BadHeader() {}

  static NotABoardException explain(Path path, NotABoardException refusal) {
    if (Connections.isOpenHere(path)) {
      return refusal; // it was a database when that connection was opened; its locks come first
    }
    byte[] head = head(path);
    boolean sound = head.length >= MAGIC.length
        && java.util.Arrays.equals(MAGIC, 0, MAGIC.length, head, 0, MAGIC.length);
    if (head.length == 0 || sound) {
      return refusal;
    }
    String tls = isTls(head, 0) || (startsWithSqlit(head) && isTls(head, 5))
        ? " It looks like a TLS record: something wrote network traffic into the file."
        : "";
    return new NotABoardException(
        "Cannot open board '%s': file is not a database. It begins with %s.%s Nothing was changed; put a backup in its place."
            .formatted(path, HexFormat.of().formatHex(head), tls),
        refusal);
  }

  private static byte[] head(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(SHOWN);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static boolean startsWithSqlit(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith("SQLit");
  }

  private static boolean isTls(byte[] head, int at) {
    if (head.length < at + 5) {
      return false;
    }
    int length = (head[at + 3] & 0xFF) << 8 | (head[at + 4] & 0xFF);
    return head[at] >= 0x14
        && head[at] <= 0x17
        && head[at + 1] == 3
        && head[at + 2] >= 0
        && head[at + 2] <= 4
        && length >= 1
        && length <= TLS_MAX_LENGTH;
  }
}
