/// Two certificates for localhost and 127.0.0.1 with their keys, made with openssl for these tests; they protect nothing.
enum TestCertificates {
    static let first = Pair(
        commonName: "first",
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBlDCCATqgAwIBAgIUX64PpE1ZkCy6Tpoeor7q6hrZPRgwCgYIKoZIzj0EAwIw
            FzEVMBMGA1UEAwwMQXB1cyB0ZXN0IENBMCAXDTI2MTEyNTE3NDgzNVoYDzIxMjYx
            MTAxMTc0ODM1WjAQMQ4wDAYDVQQDDAVmaXJzdDBZMBMGByqGSM49AgEGCCqGSM49
            AwEHA0IABJ06qmzKCPch+yr60ZDmk+J0nVURbmLEteNDOz7RyVbvS09TBu78/X6Y
            rISpiXZUtEDeaA1lRnjkJuLSkxMF4R+jaTBnMBoGA1UdEQQTMBGCCWxvY2FsaG9z
            dIcEfwAAATAJBgNVHRMEAjAAMB0GA1UdDgQWBBRvrJl3H5jJPwUbi6ws2iiS50dx
            SjAfBgNVHSMEGDAWgBRbonYo1rZUE0+y8BnTdmRUwwLMUTAKBggqhkjOPQQDAgNI
            ADBFAiAF9HuFZkWvdNAO8IdiOiA24nx4FSOkhYV9pWrycgmfdQIhAMPhAleYttgT
            zY7LFAYr/7AUGuxFwalHULS33/PCAK+1
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbzVwmu+jWzCvHOQl
            KRiJrzNOnBPADXjcbfHLRwMEktmhRANCAASdOqpsygj3Ifsq+tGQ5pPidJ1VEW5i
            xLXjQzs+0clW70tPUwbu/P1+mKyEqYl2VLRA3mgNZUZ45Cbi0pMTBeEf
            -----END PRIVATE KEY-----

            """)

    static let second = Pair(
        commonName: "second",
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBlTCCATugAwIBAgIUX64PpE1ZkCy6Tpoeor7q6hrZPRkwCgYIKoZIzj0EAwIw
            FzEVMBMGA1UEAwwMQXB1cyB0ZXN0IENBMCAXDTI2MTEyNTE3NDgzNVoYDzIxMjYx
            MTAxMTc0ODM1WjARMQ8wDQYDVQQDDAZzZWNvbmQwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAASA/0EuBH4oYgJ5jgOJoDfPeCgmraNiXd/E51IUHTCt2eJq0ZYhETTz
            syQBBwN9DjwY1WbXFtG4O3WfGgJW9ooXo2kwZzAaBgNVHREEEzARgglsb2NhbGhv
            c3SHBH8AAAEwCQYDVR0TBAIwADAdBgNVHQ4EFgQUlKJPuZEgw9oojGn/qGU07ZdV
            bRwwHwYDVR0jBBgwFoAUW6J2KNa2VBNPsvAZ03ZkVMMCzFEwCgYIKoZIzj0EAwID
            SAAwRQIgUTJV70lS5phtaa2yrQnXA58zQDN1IuKi8gIapU1i7NUCIQD92K2zkSwb
            +hKo07Jjki/jdcIsvHP0F2O8QvG3pfrobQ==
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrsI53Ps3VhrGGFED
            UKXc2EQo4HR3zC9u5m5gavC/GeahRANCAASA/0EuBH4oYgJ5jgOJoDfPeCgmraNi
            Xd/E51IUHTCt2eJq0ZYhETTzsyQBBwN9DjwY1WbXFtG4O3WfGgJW9ooX
            -----END PRIVATE KEY-----

            """)

    struct Pair {
        var commonName: String
        var certificate: String
        var key: String
    }
}
