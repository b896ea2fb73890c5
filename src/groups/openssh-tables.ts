import { createHash } from "node:crypto";
import { toBytes } from "../arithmetic/integers.js";

/** A table of groups that came with OpenSSH. */
export interface ShippedTable {
	/** Such as "Debian 12 (OpenSSH 9.2)". */
	readonly name: string;
	/** When its groups were made. */
	readonly made: string;
	/** The fingerprints of its groups, one behind the other. */
	readonly fingerprints: string;
}

// Base64 letters of 6 bytes. No two of the groups share a fingerprint; another p has one of them with a chance of 2^-37.
const FINGERPRINT_LENGTH = 8;

/**
 * The tables in /etc/ssh/moduli of Debian's packages, as OpenSSH shipped them; each holds other groups than the rest. From
 * openssh-server 1:8.4p1-5+deb11u3,
 * openssh-server 1:9.2p1-2+deb12u10,
 * openssh-server 1:10.0p1-7+deb13u4,
 * openssh-server 1:10.6p1-1.
 */
export const SHIPPED_TABLES: readonly ShippedTable[] = [
	{
		name: "Debian 11 (OpenSSH 8.4)",
		made: "2020-02 to 2020-04",
		fingerprints:
			"IfWyhCL0J3blvpLywrMWtz7ncGPNQ2eZQW0l+BISuU5NdxdzTbdz3kj4sFCzo9fZHVV2qvyYsgJ9Di0x8rRZhOKFA09U1+aKJH2l9aY2qrAs572n" +
			"eFsZMTasROUvYRmZIgYDSBPP+2U/Chwa4oBkJWEhgGLD/S5OcIGKTG3+fI3YCkc/MsMuff6gdOqXErviGDsxu6ossDFxK8zqN6Q9ZiIfyJWTfUcp" +
			"M0LLRlj9/LEd96DckUabFh1hWP6g5OzJNbXpWnzIobPXo0Vj6rOBzy42cV4WMx9dbO193fm1/HP48pqzDtHsKvbgSXavbIRSVEZiU+j0s5CrcYyE" +
			"Qk8dP8dicfAeyiVN6zuxHPNTZX0QbLAG1suTzqOs54oeJgygYYGtjmn34GqFbhPlVrdGvE9e4HfPULrGIk/1siMhdfg84JhjB/NsvV/HwHmSTU5Y" +
			"4B7diBHheVvoqbky043d47sPdNMYPG5JgAHYZlVawSNo/1L+bAXxi6yEyPBRvTJ+hMArgACuDCuSdBRurEB7wXtpUwhpRuYLd7t7NugvIoc4o7+N" +
			"KRC0yJQ+eKJRLMm2yBxa2xNLWMIyRmDUR5K2KQVZlp7haHBL0RF//+2SJv6lySlprg5hBN6JgkMeCQMC7VXjTmd5w7eqUWxWGByZo2Ez/k2ePb7x" +
			"pSXe2DgG8CcBRitHpDGNLUbkO8MfKiZ+ln3WMYL7vYuLU8SCK7zoB7/DcltqOijHhsszFMNsbk/A14u8s+65Rx+LWUSsIjGOWqvBtqkO6Xo3ckYK" +
			"gkhqqQhwYWvfZB2R74LqZZyTUXvwetCY5ZNV87NHioVx4n7BaLGJhyTjry8TYeKCRVLsOGua6ACKIPi/Jhg3MPWm8fW88+2IFf54m6Jh+RF9OS4w" +
			"ND47wJfRWRsj+D64LR0OMvO4zmSXukHjsaxcZFIol1rGUVjrjyitMZa8mc0PoU36ue6rDrkcoFgjkUan2PHfbErhknxCDXCB4w8/iZ/48zkml3ny" +
			"h9XA0vSiTah3CD2KpsrWyIxggZQJkGklWnEGrwKYoFT7amOTwms9c9rtQKsCpPdrssH6upfjZ4yZv2jMjyAXVBApvwLTk3wXuKTwwxEoigWG9/w4" +
			"QlH6IVj0HKBQW0O7ygOvCKpk0Efm7sGa3qMH1ak+dFSzn/inN66fQI0FrNK1j5hoVwr65lwxv6i+6r3c8MVRmV7Jv0feHFJ/lS3kIOypsLs2ypSk" +
			"3z6MIyLgjpA4UvdiWL0HlGQkRBcbAUMjG2grEPCTZfRXusWogvvG7beEiwE/7G5i4DJ7dIaEQ9OJm+tve7JPkm79r4mFJu8V++z9hYmn4sHxU6Ot" +
			"nuW8wQiIEpVI6JHPjAheDfuXfcgu0ebYXsq7EgNrg2a9xMc2GCMIRTJeS7SLJn9Zv3q9dUr1ZUiR4Oz7bL+NhGEeFzdNXEVB+QNn5Sz2uEr93Pat" +
			"NH7AYzS1m32iqaPreqCmyoyw3aA8bD/s7zjAj4txR19xkZH1t9q++UV+54N1XxvJmCe11xaEV7NO+3M8fIALU6jOR+CrBWoIucOMHjMIqrty0iJJ" +
			"faSm73AfCTjCQ6M41ikkTfIZOStSKBpgYjlQLqa3ah0o/liwkLh1BtzsjdLaJZXTVmyhZpZc9gqPiVTvCGi3OIT06SThJYjXvx9SvnAD9IX65zGK" +
			"L1a6C4VtIh8VEBLiD7JgrqE2i5Us12avbIoJhW0HN6unTEfsFzSyo8TtWXx7UiOGaEhsUGMIR9F8fhaL+E8bCK045pMLTyFSCMR7yNQCk77hwBWv" +
			"pmSahU8YPx2y3O9o5SvXvfeXTdq5Fnr6vJWSAGStlIJ7LbKp0FlpKDaHq3vOwWsaMK5tA7YR1+tEVhH+0pnwEVPnnfLqz0/Jc8bhchkk+8WDkrlb" +
			"RF0u7z4A245GfKd11qQ6RGrqLBL973PHzhURQQB4obtlPBG1+dKzN1q69VEwrG9AN7b3SQHs5SfXHhA1gGaey0z4KRend3vfSTx2h7vXTd2rk1l2" +
			"ENO+2VYcqDgibxlz4Fb1E/o27Oy7ci13xtL5VLPATqrE6DZFDALDqVNh/WdFiOv3eIj4UKd4oGlWi6RYbo0CAreQPNs6RHFG9+WWxfpagsWv9y9T" +
			"j9jetCU33DGq4srD34lvDJr564XknvWCEwKK2JBM67DKvbT+7DIV3TjORiUXdKoVXGOmE7We+dPHZQVcJFSguFIe3Sk4gyxZmyYaCvL/WiL1iUMe" +
			"F5CiQJ5Tx5OsWP/WOhCLzA/aVfsdYEtwcWxAzCmPP87/+Na0NTyPVnw2gWD2zr9LbB4o+pfPU0FPEx5Qhl+bgCMtfz3wn3KLk47f8o4hi8sRZrUn" +
			"cm5wp2qoQyytyLRVk2kzUTJ+g2FikGdg4qOglh/k665kituZkYPjusNqLec2Ev8mA50gQ+lMNevIzXF9UBEsNV5eawh/vBd/rk6tmwne/L6WLQws" +
			"tEhEHf/v0Vf5jn/NHXBucvu+ZGZKCJ7a6mqGnWUjwEvqwo/UvMl3NeX6ooBjrcWsHt5OngZEVrRmY09pUXyVA+YSxr8tSGwDDvXTwZ2aZ1a084Os" +
			"G6sGsAFL4bb6sGPzlJDEEZdcaAub33ScVp0VWFQL4VrU08Op3PZ8kF8d5JBF5WSoV1bDQe05LS1Sckrn/aUCUi5y/uIR/fLxEdwqsrzSiUWL3a9Q" +
			"4+5G2+2o4fBllevcz9X0kwREw5qkfXW0hFKuWDjJyRJFBJeuqpfuL8TiTmLuNT8uWmEDpcDpRt4tNcBzNZBWQpLVucjhai9bc8B2SwGA7RooDda/" +
			"W2dQYBdrHE6KqA4UoEr8b6d1ajRIQ1DYUU1DEQsUQEUvnybSJb8Qp4R3UljZPmodWwB37lxVV58uPhnjPX9FZ1+JmeVPTxMGoHyAbhBaaC/ucyM6" +
			"UjtJwounPj+ePZ7okWsTmuZaTAzYpKhulMNV7WYOkqj+D15VOSqdQ6yVCpOAWDvOZ3/JpjRESdQKbcirrj/Be0KriYXiGjjWGlugYaMTks9I8cf1" +
			"jrFVdUvwHfekXYNQ7JPzFN0gP0smfpzOzt2KuexMa9Pr3rguCBDtEM+idwj8RJtVbBNR13DsLZ+t7UWGGxULAJ0TcZQl1fOEb3vnACP3aqhR4ED7" +
			"AZZ9PPIlDsdQ2bkpvlTZp9eG2JjIhVtKGvVhS5JmN/84PkF/5o3BBK9heLMSai7XRYI3k5Tt+B83EFDQcyqldEzk7cnDy0+Xz49hLfKNfmYY1mjx" +
			"rZfymZ86YlQRLRV7ea7nzLc3TiPk8VAK43kfxXsUNZwFGWWMdjQIvOLfp0ECX9E89tDRobaFTX2QXaifs5i9j6jdlQtIdHw9/E3u+PuCJB1vDMbv" +
			"Fd3oK4JG0YHBT4mjxNe6cd/6UJLKBVm5xdZ3/XjKz/uuzE8ijinjPJsVtuJDto6i2/TqzZbYYH7lJr79vrUoNQmyV+Knlfyeekx30o/2xBm3CCZB" +
			"kpPZ8VCcNeplc2XdfwD/WWoiNxVIOCcMVLY1k3QpowRHk0a7czqqYNV3jzpQpV3prJGvzN7cWtz+UrMu8SxPUFFveOQv6ZcUboiJul9HShh4Pye4" +
			"thH5wt3FyTWFL77H2gKearAIs77OCzET",
	},
	{
		name: "Debian 12 (OpenSSH 9.2)",
		made: "2022-07",
		fingerprints:
			"BvLrbxQ0sGSlJr47yWzGT2s/4LuBCepCIFb5xSx3X/ITB53FSKKzllSl7Rv794S/CfE2OqtiQPk5EToUFFqXWlHkxDfKNDZf5TT0CDcjkzy/okjE" +
			"ZweJxMZzEZ6vC7CS2BY82dsMhEzEcHMq2WMtgNF5H9RTr3YvnSNG8nMzN2ZGfB5Bj2yf0jDuDSX4hmr13CM4lXIXM5ImJro8NtTb0cqMl4uCOPT0" +
			"AOCrWVoGWde3DiyTA6q1FptSmZ870tFAbSazJSvHUKy+Y9vJ4SPbamCyFVL/zpDHyLlZ/fAP/L4BZ0KH6UC1vm9WSf3pcn237W7u7389cvTH25k4" +
			"Byk99gyYhoBUKq5IrEpn0RRF2XxDlD6cp9eWJZuH5gxeyJquyVAb05SinfHYu3g7TecADMkHADjPdNQnjpGExZUcNO+y4Rse2nf3b/O05K28Yj3Y" +
			"Fc+WE2Sheh4QB43pZ+86OTFCbtllAErLlX2EAfMqjtjyElx6h2LTbbltWlH10+gFfBLZfSRetQfEE2+7wB9VeRKk8aWMu3GT/BzsaCBsDrDqHyIx" +
			"4b37RC6yJEokb+EvK9zObHakJ5LHyaFudsY8vrCRE2EP3dE1XBiSa7d3zYLtvzQEh/izGhSqb24LwmuKK1h2GvfczUwinTLyiMl7sa16i66mpuA1" +
			"flXnxgozaB/cISPqIHL1CnxFzP0siIKOA+Xby65uj5iVEtcRgLFYFmRG/A74c5lg6P8iftnlorKYh9sBe2ou0Krp5YSUsrYUxbAWiFzfBu8WWLG7" +
			"3PkdgL6fQ8KGyOUCBivG9vJZ3+0QaoQ9hRCDmq+JjxXUbV6ZpctxqssJxodU6HhBed60yFubn5GRP+wjGLxZyBNzvyoLGZUGgMBvrjkEnN9TECor" +
			"qDz/9qUkNXVR+NwChdwQMHyyMyFMAgkFv09m38p91PpP8Hiz9drRYDwk17zpzYjDbrNDJyRgK3TSHabOR8ZFblT2rHMA6GFnMi0KEf33jW9sdC7J" +
			"uhO0ppSGm937qMEB7QuOhMQQXJCF19KS9CCVfah1p2ukS4jAUbvieIA13jLRiyG5lEMwMn2lAdz6CXNqgn1bkDS0nzXAMSkS2yiQR/NzJey7tWUN" +
			"mk+tn8wlhb+9Fxvj/sPjLcT3GCTTCF9R8bWXeFr5iOzEi3UEKqhz0X1UmLNV91rIs7XjlZ3fTz4czA0K3xEd/lJnLSDrIH4h2JJC9jc96qHGcUO/" +
			"r96pAQOelVfxEMbcj//Lwck5JO8BbQibrwuYB9zuSAmwhEaHM2exW6eP5kbfso1G8z2RIa6gK++NsR9uD9ivx4qweWoFmInMhUYadUk69olYGtSV" +
			"1O2VPJnhdMdqhdBxnnthN9MggiFNE8f4Clpvx66iFP57sMr/PRXn4o1ECmyZgrZwMppRJLTOcnRw+2hV4aJF8dlJlpCYwpLfWd9Y8V90X+vXJIEm" +
			"D1jUQ3gFIA6cR9JP88+gWsEHepOW2FmMMbJ81tqFGO9u6/nMzoLmC4IqH3ZHtp0QB4i1ri/WJ3XKTDYxdhOkx6aAPtUfzyId1V8g5pE7m41GXEYs" +
			"eVHmz95fiEiH/Q0yIaYuyxoeO0dQQ+XJhCAE+9P6bamR24VKCYDaVS4e1P29UpT20YtJcOSOtupl6BSovEEsmd5UzGTUz4sLn6p15f+82VTdyW4f" +
			"H4r6NbmPfh5LUAnjEJMtipikBrm0cbsICyEDD6pZVkD3ZKulPwpsXdcE5Fw5D51ne5XtBUnHqeVqem/9mvsMS74bxpTk9HPGEHxlduggtuDqhpxH" +
			"UU016CHjSQg8MygOrK+zqvlbuahRwLF3Ly+QY3oj71wZGcRXWaExS3bkQntESkGu7HzcFTIbYwwnyOT2SkRrId/ox0cDB4v3UBCkkG6WkCRItKuG" +
			"vdjFBLhzMM6g9bOORtOqfQZHMUJGNN2xTgMgUsxPvKc3ITfUVAOQITqbpA1DgDUfXpmro4pEHWv37RAkAN9eWMD+zthV/MyYzBRlZR40lvFDH9UR" +
			"91YZS02eO/6yVhe/H8vTRgocvQj1Cee4EdNOOk32f00yr4mL9pj8oq2nNrp74qu2jcrCv5IjUzdkP0I4y6v9C2YIXeyfm4CUaVQGif7nIuZW9A3C" +
			"f7W0UcleS7m74VBYZbL95vkw2vi/u71wIUeIWoaNbMbj++XFCUEew4GoY0fIBUqVJ2l5c3rgwR724Uh48tCu954w90V0EoOgXI/DQo69jg+ah/tE" +
			"MMLGHDyrFNpO7xLaTlqgaWcJFzIvYMfXCtED1VY3czc6RwA2DDw1+iu1SbgKdVdjYYhQa+kKQMHk7VzfEYHW8BzWRvEzKFWZXUidVxbPEmAkQK2T" +
			"YWkcYwHWFhUb5QsDo6e0eqApjqXld4ErsN3DU4rMLNxQfc5BehtfaiS73MiPiceCYK8WQLbdKte5+eMt7d6om45+mT+w0zhqS1euAr2a5Bd/JK8f" +
			"C7rkkpo8gPgs9tbYrsNoeBlzgGoPxsi28tTzOz8e9hdJnRKs/4cO7uLX3Aajw+Cd+XnzN1Xdw+eRPZLwzvw52Hxdj1pvxaglXQ1cDXsThPqFVQk4" +
			"1KhVRpUorefBgw9yCoZ/L7uMGF3YOEZzhr0HGuxntKjH0SIaX37c3VfPyIV1rIH2hqWcQ7uXobaRwxKi9NxH8PzS2sNCtOBlwQGTFa7GtuXj8KWR" +
			"bcsku5hcBnlc5844Fl7fZz8I7qw7+GjWDa2QrDipMj/9NX7YZlcOlqEV+kZFZ0F25NaNgEJTqFYFpd9h676AO2I1OOOM3XhqMsL5kcV/2bj5ncSo" +
			"X2cBiJ5u/BvC80I2Hy/eZkz4nQNhBUs8xhxBFcsD+miNF56ZMgnET1ZZWfk5qPAhkxaY9Hh7zZtCtKSLuAssSNvWp0FEHRsqpmmdYFSa/wF5irne" +
			"YLDBtH2n5+kQxKe9Xq6kgIpCNA6i0V8zjBsfoP/z/DdyRdejyVJlA2F7PTTmcsiOxBjVn9Kaz0hgU41Qc221wGRf9KJmJqtNt8Hjop5+9Cq3LyTP" +
			"UP7JstwDRKQCpXUbYZ/Po8EAw5pG3Tnq4GTKHofL0/bYK3NlCOtAHlIpNesTI0g65N6KJ2uYPRCBk/L6recd/eeosMELHf/IPKUiA8G8lteWDtFZ" +
			"jy1IFB1ORJkxCouPSji7jBbj4khvWRvvuZSuGK7dwNvJUnFPsuz4jvmlUmwNkwIDNUOXGlNy0ebvK1Xu4FvptJispQfys2kvsj1rQsd5X6asdpSU" +
			"Rw9iDQijE/mLwineey5DuAOIb2iFXjYarTUgdPVnUriwL24dV9+Zncx5IxkbDj8Ir9BO/INViY8biJ7XMa5PG07qgx36HSsqOLgfRPlwgtWE+2Vb" +
			"lFqVdq/r95AxVyRlluAcGRaf",
	},
	{
		name: "Debian 13 (OpenSSH 10.0)",
		made: "2024-08 to 2024-09",
		fingerprints:
			"PVJpP4Bx0+tTZZgYM1GFSB1spARAsxX5ahR32rG8FUuS8wT1m9ukR4wuF4OLZ9v7Wv1TPEDQsGFbOPSBG4Kw1uTjgZ996FmRuFfrZ4QgsL72bka1" +
			"lB+HCiFmqyZ7BX7zlafuUL/dmWfYvXcdTwlbTS9HYIBw030s0tSUAgiij4YkN9T8/SjciFilKri+v7Qg2VMsQe+hh4iahK4I1iFZvY0+FPxnUx7i" +
			"54FZAn9oKFA+1/Xsi7KUKjIL6E0i9tHjFWzgRgUlhNx7HNg/FOXOXL0b3QyAcGtRkuFNgaxw51EW9RkdfFhzcymkSKoKKXuUV14YJWGPIqKat2mz" +
			"mz2RtxQY33XDCQGqD9UuCJ2Qy912bmulLkRAXA5kk1lMsQFJFU1nmBLvVpt1WgOUEUGfl3n0fF15KqMC6x46fd+6YuPkdB+IzqpK7j7dd0tDi4dn" +
			"e9bzUtvloqTVWW7AoXrYx+jfGlousvNOvkE0YPrd1IsEX2pVbhfEY7sPUOmwr7jgAUjn/LDZptllkhyagW6nIjvUF8roQn0+ayUyO6WpJfhzkcTA" +
			"VFnA7AgDqgZDxCzoKw1dqpbsvs4kx+9CAvGPsrkrGoDCM9PpKAd7VOCB4X7isUUZ3GuZomtl7/ooxPcEQQDOZfBOpelTJZOWnxqeeJixnJKHHdhj" +
			"l6lWxnC/IwWfILddQJhX4KNxX2iXOcee0BD+pQs2tkhmtwOf9i6TRWkuLetFSrDMzrUA8o/D83Gs2jAwA1of9aj6iaiO6YHqIRjo4OVfUEbjPUPh" +
			"c6iICIRpymcshfTJVI+c8x3+PdGQkaRy5zflpTgggxikx5+y3D2N4+QKjnb/wCS7yHO815buAtzqjWRwbn7rlIcxBEXhw23ltpyeuzxgOCfUZtw8" +
			"7gt+5dopwhgMzvOm58HwlcbDRDwYP0QfstMjlDx1X1PodVY0f6xinTNZXjJ2Dsqjghmcryy+kRMCS1UC8JwI/fcRu/bVMNN8P19+9z9z3hJM5Js7" +
			"7ghEv+DxR9qr8xruXaxgROwjSB1Qx/bu9jdgID+yxiRd8yie1Z/1vF/B+9caR0/bY4r928y7ac2whj3eveU2EP4HZMv/IBm0WGX2bo6BBDrI0Wz7" +
			"CWY+5Wsj24lJs/s7k47c6NLQQGnCflVKBrCJnWPXIWS2KgOSjTPPeSZGGcXwVw8NZ4xoMyb7Q5lslgsUb/eOjRhOIIUkXAr4UFrZfpodEhjNZCpA" +
			"f/GwIZYOUu8YojVqxstUmh+XE+syck8uWrSluKRNBX3rY9YXLDBqp99ydVpTja+LTPUVSRiLJYBB0VOQ9owKQyrIEWbgThD/2TN4rIaLvysvlpMd" +
			"DuNxuPSi9jdtKphHxrRtTBfZjihb6VKFJJMj+ekc6f11SL+ZxCEfP++HJl9p22Gbo0ipq4N0SQgSNUDIndFmHvfrw2HdRNRVSQu2dOE2FhMdGuEU" +
			"X+HhR0dv5E95ypHehMzYxoiBepdQe1Lo1silodUEQOvl5IyJmEhlWi8Hg9Vp0zPRxDkD42PupcqvouN0ez9TrnGG5SSkGjUd7V/fOASNTEl9PTJO" +
			"PJBZ7+TCmekU0By1JYaGs3JML1dg3RkijBYUfcOWrckxxt82eUI+ZIukQHnxb7WVMGWlXoU0ZFf/u7ewfcsrM2Hy2kbM+J1D4lTY+VuDtgqb2rXI" +
			"B/xZWSTMOu3YDDwwQkmIdYrvNGqJquuHNiLAyI9msN9Q4gEi/nI4vZC1ZWJdHJypPvq/Py4STroqLkC+afMstg0z3vL5X0XdEWNQ1fIPQiZ39FaF" +
			"/BKS/bgoQnuDuVHEzSF7OWhM8MHFy4eY/HrKWEO3VCAeBx9GNyb4mvfiCXeq7S5m21yU+Qwhw0HXQr79+4mAHJziCmm8PcbTMsa0MmjYb9WQtkFv" +
			"m9hsEeUyTKnErq9vDqel2T/8snsUt4TjpgMmWbyYSFdGXRpXRUJkLpE9cVqX0eSB3TJYEfzfMr9zHSBdpPyDIpyBaAKlPTXh5n7PUqGC86anWh0e" +
			"o7cfsdw9eUbW/HTC3sjqzMR5Ja+yh3KGrEp7X3JW+h8vslvhgjHf/2XxI1QP+dxVeI0bqUccfC7U4jUGspb+DyQGjzGqEYpagHM4npSQk+LbW3p/" +
			"TqpeYgeXFre7OllgDNsJQPc4+ytqtkkeYeemBm4cZIwsMZO48jL5Uj9P55o+mlz1fKTuqtQRArz+hQUCMOrIxjSd6YsCftrDqYvpTqeVnCbO93jd" +
			"3dthyoqiyqoklSsCQeq7sbXuqiLPsPFEbAUowLAXRGG//lEmsGWZB4ebzOuf50QhB2oz7qYa84LzkcMV3l3RfNPZROGQUzmyo2JHBTWJVCzNEWrL" +
			"NlzWm1xsHUg/4C2A+QovLxSnT1+JsG+zwWjbDjd8I5Xz8EQsWNc7ZOzcSBgmwNLReqM+THdWPyfOHJGvxo1S9AFn5kHQdQ8zmCh9yMQGUWFtCsfU" +
			"RA8B2cL+m0o1LfKXS6XdWv4A5yVEwlf0AHnIyuCAuf/faZvorATtrpwX8j+kiavVKujbE0E5RIPuX/HN7ZClCdy5BKkVxTWiuXBdcy+GJg4PRQcn" +
			"Gw/923ZqMuvmp+b8jA2e1ZJ6yMEou0jgqnqosdzOcjwHnAGnuDOJGdaBARouQCUq8zR33+IblKF6eygmdz9qsUBQLMsItGW7ESQIKhoaYTBrqLcD" +
			"DCDcbBp5iYf9lEeMrlPyBIy0em798OwSl2u1PA7XfPfxYetIBMtuc6YaP7zy1BWnUX3U4CgpnOksGSAihuX6T9rPiczL6QwDHgKydZhJmTYW8Fie" +
			"2pJOBgYrbGZmxxvLWMqXwdmahRidEsyFT3TQPDb14AA+ari7tSfcKTx8kr5akZZvzy90pO0FavLZCecALpiyp6gyydB1mI6jXVIfZXcM6u7dhftt" +
			"0XQ2C7O4z02PmdelX3IdbG/YqCTtRvSs9oPmfcNqA/0dG+p9YhGvtZibo8Tc+9ZbwfGzQMTWGTnwP2UMFZl73ya1LAjbv58/AX0aAZOBRqvYQ7Zz" +
			"gpOB+HsnAAOUtkYxOjbDMJRl7ig3zxEudjAzVf+YK6VtV50h+txq4xKCLSif22AaMdkaaQWY1bcQR3xOvC0VcBQQFkGuhQwvNdpBo9g2+xw94bI5" +
			"22fShG/YPdgwaI/EkOgHypNlEV60UMsNdoTSu/OgOUXdKomEbm3E5Ytt05A3Z4LoMRoLJQYQx9WylUsXmJKR4XoasZUUDhTzwbkWWF5+/zRxiGQ/" +
			"wMqTwpRz7kaAKZ1Nw4gJ8awV6/p4bOFhSfSHggWzDjkKti4nBX3tn9cPcSCrx/6m3p+T0TjY+X4e8d7zoFpszj8CipOPbhAlFc9A9vuQlVeAXkOr" +
			"GHqvyRPrG18DjX7iKjzk3lhFI+gSNjgMzVat1rzxOztVSlDn8yJq+BzSYMLes7yeYtPuwc0uwlrjXAa5wMFvXri+vvMyJ3aS",
	},
	{
		name: "Debian unstable (OpenSSH 10.6)",
		made: "2026-05",
		fingerprints:
			"bM+CmRJ2pfDuuthTTgCUkQecEfVkaba+3jJjo2OOs5mWTGbajDA1wstrg/YXHoMQoHxCH4pD+dDauYLqmglwi9SYD+6kzy0FNw/eZUGJ9dTtpVAl" +
			"Lr0/BvbnnJG5u4yNYYTf1BHj/dYIKb0xgUgdcQ1xxi8A3JsM/idrGEP9jF6vcOkAAZyPJQinczp2AOzU2UTBndm6x35mfKmCIzh0NY4Eygd9VaGe" +
			"FtZive1/rWEJZB3xiOqitiQ8s/INhClmpaAq5aMxdW1Yf8r5VfMsGVvWASXPDvU5fzfUjSSjmjkw0NfV4I4bTogC7mA1hWVc4HedwTxgrj5b4ymG" +
			"vQU3ES7Z76RcZfOjGEepjHSb6iicGKtenVR7l66vk9ZDPNPnnHnuuu3V+33fqw5GiCkeapwWFulZtU307/PAPZq1Qv1ob04l7hHCpe5+W26YINg7" +
			"XoTN7di0IdaXocJfCfvzOzDzLeDf9B7+6Uv3vB1FLvn3KipnER3vrJIqpYnADgX9qiUTZt4m/fp/2TdCcvg+Ny4AoWgoyYWMBCGueJSEc8gdKsON" +
			"S7g7RZ4PKfwPJsJIbTLh+2v69Uy6Y8Z1tqhDv7XOMEWKbAaBgFQrrkllAQtdHFt28ZZcDJpxvP+0GPrSJYjCXduaguOZwwowmXY8R3aQbTBd6SYM" +
			"m3MhrH/JIkQzZpWJkzcOdAr+x02ZmHNjj3JlpLEZ1knLycKicXEwKs1TW7indbQdBFlp5iqsV2Dbx8lghINwUP/+vvM6gd/YfBU259nbq9Upja2f" +
			"uD8jOaPLhbGWOctQwl5AMpOYwPSjgS3DhlXRTIx373X25ro0wgnEi7BU8pExTBwNb7ART4pL7dq4wadxz79qErNVwW99CiftXlRWIR83lban9Hsv" +
			"PWhRYkXCDSU0LOHt5cF6/a7cVjjMP5fF+vm5s1Z8+Y7pxmPKY2CwUJpRejool6ijktG0Akj1S72aagYvDjf7IseH8I+4Y07k1w8uyXuZylsmDNLl" +
			"ZiBT4il1hPU6NvpcXVGjYvavWRUTwDIXyUpnFlm4QCGGw8PupRB6JWgILXLPLA1fDy7WbN+IcLWnsgL6ap2Shtv+mcFks1wjo5Cn5VIpFckDexhQ" +
			"mRwWjxW/2ZYC+y+QWktkZQWsmosy5gwvyaxP7K1N0VJoDGXT/VLNLod3ndz3m6B62aG6eN9BCc1HjjkDpz4l/ftZKF5f2AWgi3qds2OcMIYHsAia" +
			"N/I5hFK36th7/cFAv9H5352lAQs77FoCLQg6JMfFV0buIRy0I8i8K+zuEHKX2cuo9CXhkIVlYqeJUi1LQA+/q3WNWrrpIa6J3En0c3Qg62FKoJ1B" +
			"Mcpg8N28w6bXm5OwC7c1MhDaiHwN48c36GapIoFAwV1T50DC5gISzEBIQoSx/TMSWmAPITXI/fGdGdpiKGRYfetPLVcDV1uvsfvG0eF/NTXy5eAf" +
			"WpeC4uOej4mQ/mdm0FBhc36A88jX4KIfBdKUosul+Mv+AxZ1iswKwawjX1HY5BSKzB8cIe9Lara5oBCtR2hnUfAIqy3OQnuTp6F510ImEeKE2J2x" +
			"1h6stI76jXabk38eMK/URXiRGPTrAI8wCf5pjrMrj8fU2ifBz2A95mZ99+8P3RRjSOsImqCdMjEggO/zUoUx1F+VGni1eozM1rtx4zZuWZn5SnFH" +
			"eAKdye22ke+8Zh/uG6PtqJMc+vzYV54BglGxpS6zg7v3HxON2xbPGYR1onCt0BhhjTGnK5iRH+dPk0FPppf9BrWqAAG5/43r0jUzpFd74IEPypl3" +
			"ZrmeBN4LCB+os4lcCEzcjIFejGdRamKpBYlldXb/rGS2nrwyli/rP46HFZ6ONvMBRchjDGFKbqfBFC2F1Rw9fCXk2s4raELToF6ZfITzTlzn9Uz/" +
			"oWF9Ln5QvpqNUB8gk7YafQhjqMOfL2LD6WeP3GymQxghXsx8qB4kxq5v4DSvOM8WSjb/Eerl58nT523jgP6XM1FVY9Qcf+ApxCRORlX7kVNUy0mR" +
			"35gh+QhTT2cDWWAvgFxQ5FGTPJgOpNg3FqA0ib04ECyBVvHCxRq9KW99p2p5+TOwPd0/Ccw7JkJAPEp5VTvJ/SJR7ScGr67TaV4JEDWfVz7vdI+Y" +
			"zn1OikgnfkUA5ulaJ6nHIdF9v6c8hRf/PVyDugMdBsRR12bwif6hHNCm+fSW6RF5Qv4FgIGul30Fomo7rDDqoq2LjbbSYhK4a7aYjy/QYYRSVWY5" +
			"nJdmSK4nadj/4Cu3M/3wVBDr7vmEtl8bHj30Unih6dNOVo+fxHSVv/NyTWFHBwLvymP0kKCRpApps35CC/TA6P1e0jKI4X9ehJHxK1XcL2vxS9VG" +
			"AOp3eXIRQRcCBqEObGejVWLmxR3HsZBFp9EweSju3Jz2PmziYY4QIWJomcJ6gWJaBwrXWZtngCv6tlybsn0uXNavEPbZmhpLmqwdcqYhnRdYKdAW" +
			"98H49sedcgfeuU9I8RqISoewDTgZgz8wZcl2PDaUtlhzTvjN2LsQb4WIvJi50pVwrA92q2Zf/V4ARxh3VpCAyU3ZerH87OJq879hEIn6Iy/k700X" +
			"pJ6MWvLMYfs0ji2LW8XTYM80lXj6UXOQzT/3szS0rpk5rqXT895l0SB3yJpvqXfQTRLe3+Clwozzx9YqxxWa/EKpJ+iyTu1H2swtmbl0wblkuN0M" +
			"GPlKrhaAnkcPZ3iGaqU8hOWE1xg5aX61TX43O4AHXJXwGANR3esm1bldWbV+hYVFUfbtAoYmdYsz+KaDFr5nkUixHETirSfHDcRyzDYED8zHhsmP" +
			"y1d2u+IBVcXXkxFQsWv9CM93a8IkR5++ACLmjfsE/cn6pbi8SbVRjoAbhhNPfF/0ul5hE7m0l4KX3WeOtcbhQKgLKOAxrNOis+49jDeOZNfE/qLk" +
			"wvEyVArRwBmFJ+fHzZYUBDmEQBkw71N3+3FHJqrQBpALpWBEDQVlgWe42Iv1yFjzleWmMdUnKKIjacJd0DJUDhyIiMB405YorJTeZe+FDEvO3Pin" +
			"zhlpcU2uN4HHna6Ax64mYev1WLvFLNijjCGZiVzwIj4qLmBKtqhjX19Wel4ALA48gmDVX+nGhc4r5jqB2sO/Xb4+VsFC5OyLai6xeMiYxF9DFegL" +
			"lhZIwlp77TtVtag0vxT++U34MZptQo8u6XVJNj7St4d6ZoVgUXSDJcOoyRSiSIK+1WTXYq6vXLfST3dJEOwKbSgOYBXT3y99wAE12H/iFqILAJny" +
			"ypuy1cBMOhalrkpfVQYAKqL15BHoCaz68wZT3/h07WrceqHm0o9mhlzcQwqGPpt3xtPhXErOlsjtJwtiyxMEpnZtpmdOYkypH9Uy6NrmCf/eLqIP" +
			"76oMOUOF5CqvY/ItmLMG/ZW7er2Mn/AoYea8vg22+GdqIZrXKeENeIA77y6kN5UipSFeTf0X9DfvLRIckHV+t59UcC/YObV3JBYtmEmrKOdY2Sv/" +
			"zUN4L9FSHzIxgGwMsYOHjvkeq+wr21k6EK8s0zDP6QXbIMS5gXPc3smBk30bAyp56JsNt3nMlxdz7pJoggNQuGPe5FWd888eXf2W/6yBO79UnqJj" +
			"x52AClQP3v+7dKO22fKZ9T/AiMPbD9rrt/64nNp/xWneuSyCXgiPvZ9x4jmvzDMmD7ejoe/QdssP1x6VqBo/uJgDg+l8gpxKkCo2rXz02B3RkXcL" +
			"VP1OyFrXAlNkAVLsqeSHRd11HynWfIp4TrqccQLFH7YWRsa38Bb8/tomLRIIDRQLDbRbUWcocYCJOFJZM9riYhaxLZHWADL2bdi1MfjN73QOEScD" +
			"AgXOyFE3D+jX1zKObqIjAJQizhBcwoxLh0ZWFPF6BopNMPCmYnLpDP3gTEjSADuQzcDk3vK4hmhKLTSO87mi3Ldp791nyLcEJuEIGVDQJ92NsNJ8" +
			"a4Ky//rg3jIbAlErIjAXwXJE7btCho0rUXsWRMm+l2ApN4Ap0U5u3r+S5P/D/q4D8NWIctu/ArnFi2b7kTJChp7AEKhjOIHwXAmc7fWGzECt5K7s" +
			"a/86G0Eyd7ajLlwr4fqAk+kDLTrAunBrsCG4vOSDwm9UyaXrjuKSIBmH1/86vJClasmUAT0MRLcEA96EbIjfOE89x6iBerfgDd4zLi03bfCHRgUX" +
			"subhG3J+5308YRJEX0kUhXAG65S2Ihq4dCSpK8wRyNN51V4MChHZ0z917jAYdlai8Fq6nClJ5+cllCw/doBpDl7t3qVl9W0csNrjpgsbbs25K0NG" +
			"pGwciP9/1B0w+Iq9wrUJPY943VcaO+PyFlH9Rt/e5pGGf588",
	},
];

/** The shipped table that a p came with, where its fingerprint is one of that table's. */
export class ShippedTables {
	readonly #byFingerprint = new Map(
		SHIPPED_TABLES.flatMap((table) =>
			(table.fingerprints.match(/.{8}/g) ?? []).map(
				(fingerprint) => [fingerprint, table] as const,
			),
		),
	);

	find(p: bigint): ShippedTable | undefined {
		return this.#byFingerprint.get(fingerprintOf(p));
	}
}

/** The first 6 bytes of the SHA-256 of p in big-endian bytes, in base64. */
export function fingerprintOf(p: bigint): string {
	const hash = createHash("sha256").update(toBytes(p)).digest("base64");
	return hash.slice(0, FINGERPRINT_LENGTH);
}
