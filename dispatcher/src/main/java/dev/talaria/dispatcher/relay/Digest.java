package dev.talaria.dispatcher.relay;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A short digest of one event row: by it a file that was put back from a backup is known. */
final class Digest {
  private Digest() {}

  static String of(
      long id, String task, @Nullable Long run, String kind, long at, @Nullable String payload) {
    String row = id + "\0" + task + "\0" + run + "\0" + kind + "\0" + at + "\0" + payload;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(row.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
