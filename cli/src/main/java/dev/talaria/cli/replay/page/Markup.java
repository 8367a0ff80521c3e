package dev.talaria.cli.replay.page;

import dev.talaria.cli.text.Printable;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements. Whatever a text holds, it comes out as text: nothing that a worker wrote can become markup, and control
 * characters are made visible. Not thread-safe.
 */
final class Markup {
  private final StringWriter written = new StringWriter();
  private final XMLStreamWriter out;

  Markup() {
    try {
      out = XMLOutputFactory.newFactory().createXMLStreamWriter(written);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("This Java has no XML writer", e);
    }
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String element, String... attributes) {
    return doing(() -> {
      out.writeStartElement(element);
      attributes(attributes);
    });
  }

  /** An element that never has content. */
  Markup empty(String element, String... attributes) {
    return doing(() -> {
      out.writeEmptyElement(element);
      attributes(attributes);
    });
  }

  /** An element around a text. */
  Markup leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  Markup text(String text) {
    return doing(() -> out.writeCharacters(safe(Printable.block(text))));
  }

  Markup close() {
    return doing(() -> {
      out.writeCharacters(""); // never <p/>, which HTML reads as open
      out.writeEndElement();
    });
  }

  private void attributes(String... namesAndValues) throws XMLStreamException {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.writeAttribute(namesAndValues[i], safe(Printable.line(namesAndValues[i + 1])));
    }
  }

  /** Halves of characters have no encoding. */
  private static String safe(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }

  private interface Act {
    void run() throws XMLStreamException;
  }

  private Markup doing(Act act) {
    try {
      act.run();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
  }

  /** Everything that was written, with a doctype. */
  String document() {
    doing(out::flush);
    return "<!DOCTYPE html>\n" + written + "\n";
  }
}
