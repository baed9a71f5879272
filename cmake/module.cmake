# SPDX-License-Identifier: Apache-2.0
# What belongs to one noun lies together: noun.c, noun.h, noun_test.c,
# noun_fuzz.c. These functions turn them into targets.

# ilp_tests(LIBRARY noun...): a test program each from noun_test.c.
function(ilp_tests library)
	if(NOT ILP_DEV OR ILP_FUZZ)
		return()
	endif()
	find_library(CMOCKA cmocka REQUIRED)
	file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
	foreach(noun ${ARGN})
		string(REPLACE / - target ${folder}-${noun}-test)
		add_executable(${target} ${noun}_test.c)
		target_link_libraries(${target} PRIVATE ${library} ${CMOCKA})
		add_test(NAME ${folder}/${noun} COMMAND ${target})
		set_tests_properties(${folder}/${noun} PROPERTIES
			LABELS unit TIMEOUT 300)
	endforeach()
endfunction()

# ilp_fuzzers(LIBRARY noun...): a fuzz target each from noun_fuzz.c. With
# ILP_FUZZ it is linked with libFuzzer; without, with a small main that
# replays the corpus in test/corpus/NAME, as a test. The name is the noun, with
# its folder in front where several folders use the same nouns.
function(ilp_fuzzers library)
	if(NOT ILP_DEV)
		return()
	endif()
	file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
	foreach(noun ${ARGN})
		string(REPLACE / - name ${folder}-${noun})
		string(REGEX REPLACE "^(base|ilp|wire|route|price)-" "" name ${name})
		set(target fuzz-${name})
		add_executable(${target} ${noun}_fuzz.c)
		target_link_libraries(${target} PRIVATE ${library})
		if(ILP_FUZZ)
			target_link_options(${target} PRIVATE -fsanitize=fuzzer)
			continue()
		endif()
		target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test/fuzz_replay.c)
		add_test(NAME corpus/${name} COMMAND ${target}
			${PROJECT_SOURCE_DIR}/test/corpus/${name})
		set_tests_properties(corpus/${name} PROPERTIES LABELS fuzz TIMEOUT 300)
	endforeach()
endfunction()
