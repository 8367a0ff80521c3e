package dev.talaria.launcher.api;

import dev.talaria.launcher.rundir.DurableFiles;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token per run: the keyed digest of its run key under one secret of the launcher. The secret is a file, so that a worker's
 * token outlives the launcher as the worker does, and no run needs a file of its own. Looked up by digest and compared in
 * constant time. Thread-safe.
 */
final class RunTokens {
  private static final int BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private record Held(RunKey run, byte[] token) {}

  private final SecretKeySpec secret;
  private final Map<String, Held> byDigest = new ConcurrentHashMap<>();
  private final Map<RunKey, String> digests = new ConcurrentHashMap<>();

  private RunTokens(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /** Reads the secret, or makes it where there is none. One launcher at a time holds the file's directory. */
  static RunTokens under(Path file) throws IOException {
    byte[] kept = read(file);
    if (kept.length == BYTES) {
      return new RunTokens(kept);
    }
    byte[] fresh = new byte[BYTES];
    new SecureRandom().nextBytes(fresh);
    DurableFiles.write(file, fresh);
    return new RunTokens(fresh);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  String of(RunKey run) {
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(mac(run));
    String digest = digest(token);
    byDigest.put(digest, new Held(run, token.getBytes(StandardCharsets.UTF_8)));
    digests.put(run, digest);
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
    String digest = digests.remove(run);
    if (digest != null) {
      byDigest.remove(digest);
    }
  }

  private byte[] mac(RunKey run) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac.doFinal(run.toString().getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
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
