package dev.talaria.launcher.api;

import dev.talaria.launcher.rundir.Marker;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A secret per run. It lies in the run's directory, so that it outlives the launcher as the worker does. Looked up by its
 * digest and compared in constant time. Thread-safe.
 */
final class RunTokens {
  private static final int BYTES = 32;

  private record Held(RunKey run, byte[] token) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Held> byDigest = new ConcurrentHashMap<>();

  String of(RunDirectory directory) throws IOException {
    Optional<String> kept = directory.marker(Marker.TOKEN).filter(it -> !it.isBlank());
    String token = kept.isPresent() ? kept.get() : fresh();
    if (kept.isEmpty()) {
      directory.mark(Marker.TOKEN, token);
    }
    byDigest.put(digest(token), new Held(directory.run(), token.getBytes(StandardCharsets.UTF_8)));
    return token;
  }

  Optional<RunKey> run(String token) {
    Held held = byDigest.get(digest(token));
    return held != null
            && MessageDigest.isEqual(held.token(), token.getBytes(StandardCharsets.UTF_8))
        ? Optional.of(held.run())
        : Optional.empty();
  }

  void remove(RunKey run) {
    byDigest.values().removeIf(held -> held.run().equals(run));
  }

  private String fresh() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
