package dev.talaria.service.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Secrets that stand in files of their own: {@code KEY_file} names one, for every key that is a secret. What the file holds
 * is the value, without the line's end.
 */
public final class SecretFiles {
  static final String SUFFIX = "_file";

  private static final Pattern SECRET =
      Pattern.compile("password|passwd|secret|token|jaas|credential|api[._-]?key|keystore\\.key");
  private static final int LONGEST = 64 * 1024;

  private SecretFiles() {}

  /** Whether the value of a key is not to be shown. */
  static boolean isSecret(String key) {
    return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /**
   * What a secret's file holds.
   *
   * @param key that names the file, for the message
   * @param home that a relative path starts from
   * @throws ConfigException when it cannot be read, or is empty
   */
  public static String read(String key, String path, Path home) {
    Path file = home.resolve(path);
    try {
      if (Files.size(file) > LONGEST) {
        throw new ConfigException(
            "%s is '%s', a file of %d bytes; expected a secret of 64 KiB at most."
                .formatted(key, path, Files.size(file)));
      }
      String value = Files.readString(file).strip();
      if (value.isEmpty()) {
        throw new ConfigException(
            "%s is '%s', and the file is empty; expected the secret in it.".formatted(key, path));
      }
      return value;
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "%s is '%s'; expected a file that is there.".formatted(key, path), e);
    } catch (CharacterCodingException e) {
      throw new ConfigException("%s is '%s'; expected text in UTF-8.".formatted(key, path), e);
    } catch (IOException e) {
      throw new ConfigException(
          "%s is '%s', which cannot be read (%s); expected a file that this user may read."
              .formatted(key, path, e.getClass().getSimpleName()),
          e);
    }
  }
}
