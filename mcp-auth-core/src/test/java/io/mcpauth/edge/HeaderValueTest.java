package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValueTest {
  /** Those of the specification first, then what real clients send. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          us-west1                              | us-west1
          =?base64?SGVsbG8sIOS4lueVjA==?=       | Hello, 世界
          =?base64?IHBhZGRlZCA=?=               | ` padded `
          =?base64?bGluZTEKbGluZTI=?=           | `line1\nline2`
          =?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=   | =?base64?literal?=
          =?base64?cmVhZF9maWxl?=               | read_file
          =?base64??=                           | ``
          ``                                    | ``
          a b                                   | a b
          =?base64?cmVhZF9maWxl                 | =?base64?cmVhZF9maWxl
          base64?cmVhZF9maWxl?=                 | base64?cmVhZF9maWxl?=
          x=?base64?cmVhZF9maWxl?=              | x=?base64?cmVhZF9maWxl?=
          =?base64?cmVhZF9maWxl?=x              | =?base64?cmVhZF9maWxl?=x
          =?BASE64?cmVhZF9maWxl?=               | =?BASE64?cmVhZF9maWxl?=
          =?Base64?cmVhZF9maWxl?=               | =?Base64?cmVhZF9maWxl?=
          =?utf-8?B?cmVhZF9maWxl?=              | =?utf-8?B?cmVhZF9maWxl?=
          cmVhZF9maWxl                          | cmVhZF9maWxl
          read%5Ffile                           | read%5Ffile
          """)
  void value_isPlainOrDecoded(String value, String decoded) {
    assertThat(HeaderValue.decoded(value)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r\u00e9ad",
        "read\u0000",
        "read\n",
        "read\r\n x",
        "\u007f",
        "\u0085",
        "\u4e16",
        "a\ud800",
        "=?base64?YQ?=",
        "=?base64?YQ=?=",
        "=?base64?YQ===?=",
        "=?base64?YQ==?=?=",
        "=?base64?YR==?=",
        "=?base64?YWJ=?=",
        "=?base64?=?=",
        "=?base64?====?=",
        "=?base64?Y?=",
        "=?base64?Y Q==?=",
        "=?base64? YQ==?=",
        "=?base64?YQ== ?=",
        "=?base64?Y\tQ==?=",
        "=?base64?_-8=?=",
        "=?base64?YQ%3D%3D?=",
        "=?base64?YQ==YQ==?=",
        "=?base64?Y.Q=?=",
        "=?base64?/w==?=",
        "=?base64?wK8=?=",
        "=?base64?7aCA?=",
        "=?base64?4pi?=",
        "=?base64?w6=?=",
        "=?base64?=",
        "=?base64?\u00e9?="
      })
  void malformedValue_standsForNothing(String value) {
    assertThat(HeaderValue.decoded(value)).isNull();
  }
}
